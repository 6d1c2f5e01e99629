"""Runs a module; Ctrl-C ends it with one line instead of a traceback, also while it still imports."""

import runpy
import signal
import sys


def main(module: str) -> None:
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. 중단했습니다.\n")
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main(sys.argv.pop(1))
