// Answers one request of dongne/ballot/secret/prover.py: JSON on standard input, JSON on standard output.
// Whatever is cryptography here is done by Semaphore's own libraries and by snarkjs; this only calls them. Secrets come
// on standard input, where no list of processes shows them.

import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [kit, depth] = [process.argv[2], Number(process.argv[3])];
const require = createRequire(join(kit, "package.json"));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const artifact = (kind) => join(kit, "node_modules/@zk-kit/semaphore-artifacts", `semaphore-${depth}.${kind}`);

const TASKS = {
  // Commitments of identities, from their secrets.
  async commitments({ secrets }) {
    const identities = await Promise.all(secrets.map(identityOf));
    return identities.map((identity) => String(identity.commitment));
  },

  // The nullifier that an identity has in a scope, as the circuit computes it.
  async nullifier({ secret, scope }) {
    const { poseidon2 } = await load("poseidon-lite/poseidon2");
    const identity = await identityOf(secret);
    return String(poseidon2([scope, identity.secretScalar]));
  },

  // Root of the tree of some leaves; with `place`, also the path from that leaf.
  async tree({ leaves, place }) {
    const { Group } = await load("@semaphore-protocol/group");
    const group = new Group(leaves.map(BigInt));
    if (place === null) return { root: String(group.root), index: 0, siblings: [] };
    const { root, index, siblings } = group.generateMerkleProof(place);
    return { root: String(root), index, siblings: siblings.map(String) };
  },

  // A proof for each vote: that the identity is a member, over the signals of a scope and a message.
  async prove({ votes }) {
    const { groth16 } = await load("snarkjs");
    const proofs = [];
    for (const { secret, index, siblings, scope, message } of votes) {
      const identity = await identityOf(secret);
      const inputs = {
        secret: identity.secretScalar,
        merkleProofLength: siblings.length,
        merkleProofIndex: index,
        merkleProofSiblings: [...siblings, ...Array(depth - siblings.length).fill("0")],
        scope,
        message,
      };
      const { proof, publicSignals } = await groth16.fullProve(inputs, artifact("wasm"), artifact("zkey"));
      proofs.push({ signals: publicSignals, proof: words(proof) });
    }
    return proofs;
  },

  // Whether each proof holds for its signals: root, nullifier, message, scope.
  async verify({ claims }) {
    const { groth16 } = await load("snarkjs");
    const key = JSON.parse(await readFile(artifact("json"), "utf8"));
    const verdicts = [];
    for (const { signals, proof } of claims) verdicts.push(await holds(groth16, key, signals, proof));
    return verdicts;
  },
};

async function identityOf(secret) {
  const { Identity } = await load("@semaphore-protocol/identity");
  return new Identity(Buffer.from(secret, "hex"));
}

// The points as the verifying contract takes them: of the second one the imaginary parts first.
function words({ pi_a: a, pi_b: b, pi_c: c }) {
  return [a[0], a[1], b[0][1], b[0][0], b[1][1], b[1][0], c[0], c[1]];
}

async function holds(groth16, key, signals, p) {
  const proof = {
    protocol: "groth16",
    curve: "bn128",
    pi_a: [p[0], p[1], "1"],
    pi_b: [[p[3], p[2]], [p[5], p[4]], ["1", "0"]],
    pi_c: [p[6], p[7], "1"],
  };
  try {
    return await groth16.verify(key, signals, proof);
  } catch {
    return false; // snarkjs throws on numbers that are no coordinates
  }
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { task, ...request } = JSON.parse(Buffer.concat(chunks).toString());
const answer = JSON.stringify(await TASKS[task](request));
// snarkjs leaves worker threads behind, which would keep the process alive.
process.stdout.write(answer, () => process.exit(0));
