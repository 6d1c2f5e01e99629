# Everything runs inside this folder; the first use sets it up (1 to 5 minutes), later ones start at once.
.DEFAULT_GOAL := help
.PHONY: help setup compile package demo test console chain scale nodes gas bench lint format abi commands messages clean

RUN := tools/run
DATA ?=
SCALE ?=
PORT ?=
FOLDER ?=
ARGS ?=
VOTERS ?=
VOTES ?=
NETWORK ?=

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Set up Python, npm packages, compiler and brownie inside this folder; PYTHON=/path is remembered
	@tools/setup

compile: setup ## Compile the contracts
	@$(RUN) tools/compile

package: compile ## Build the wheel that a server installs, with the contracts' bytecode, into dist
	@rm -rf build/lib build/bdist.*
	@$(RUN) python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

demo: compile ## Run a city on a fresh local chain; DATA=folder or file, SCALE=0.1 for a tenth
	@DATA='$(DATA)' SCALE='$(SCALE)' $(RUN) python -m tools.quietly scripts.demo

# pytest itself: `brownie test` ignores a path that follows an option.
test: lint ## Check the style, then run all tests in two processes; ARGS='-k payment' or ARGS=tests/dongne for some
	@$(RUN) pytest -n 2 $(ARGS)

console: compile ## Open brownie's console with a loaded city on a development chain
	@$(RUN) brownie run console --interactive --silent --network development

chain: compile ## Keep a local chain with a loaded city, keys and sample files until Ctrl-C; PORT=8546 if 8545 is taken
	@PORT='$(PORT)' FOLDER='$(FOLDER)' $(RUN) python -m tools.quietly scripts.localchain

deploy: compile ## Deploy to a live network of networks.yaml: make deploy NETWORK=dongne-sepolia
	@$(RUN) python -m scripts.deploy --network '$(NETWORK)' $(ARGS)

nodes: compile ## Three real execution clients with p2p: gossip, reorganization, partition, finality; 4 minutes
	@DONGNE_NODES=1 $(RUN) pytest tests/nodes $(ARGS)

gas: compile ## Measure gas into reports/gas.json and the docs; fails outside floor and budget
	@$(RUN) python -m tools.quietly scripts.gas

scale: compile ## A ballot of 100,000 voters, recounted with every signature, into reports/scale.json; VOTERS=2000 VOTES=1000 for less
	@VOTERS='$(VOTERS)' VOTES='$(VOTES)' $(RUN) python -m tools.quietly scripts.scale

bench: compile ## Measure speed into reports/bench.json; fails where it is too low; ARGS=index for a part
	@$(RUN) python -m tools.quietly scripts.bench $(ARGS)

lint: compile ## ruff, mypy, import-linter, the Korean catalogue, prettier, solhint
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@$(RUN) lint-imports --no-cache --no-logo
	@$(RUN) python -m scripts.catalogue --check
	@$(RUN) prettier --log-level warn --check 'contracts/**/*.sol'
	@$(RUN) solhint --max-warnings 0 --noPoster --disc 'contracts/**/*.sol'

format: setup ## Rewrite Python and Solidity in the project's format
	@$(RUN) ruff check --fix .
	@$(RUN) ruff format .
	@$(RUN) prettier --log-level warn --write 'contracts/**/*.sol'

abi: compile ## Write the contracts' interfaces into the Python package, and their errors into the docs
	@$(RUN) python -m scripts.export
	@$(RUN) python -m scripts.error_tables

commands: setup ## Write the reference of the dongne command into docs/commands.md
	@$(RUN) python -m scripts.command_reference

messages: setup ## Extract what people read into the Korean catalogue; then translate what it names
	@$(RUN) python -m scripts.catalogue

clean: ## Remove what set-up, builds and runs have made; brownie's keystores and the chosen Python stay
	rm -rf .home/cache .home/solcx .home/stamp .home/setup.log .home/node .venv node_modules build dist reports interfaces *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis dongne/locale/*/LC_MESSAGES/*.mo dongne/bytecode.json
