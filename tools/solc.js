// Stands in for the native compiler: npm "solc" (the same release, as wasm) behind `solc --standard-json`.
const fs = require('fs');
const solc = require('solc');

const readImport = (path) => {
  try {
    return { contents: fs.readFileSync(path, 'utf8') };
  } catch (error) {
    return { error: String(error) };
  }
};

process.stdout.write(solc.compile(fs.readFileSync(0, 'utf8'), { import: readImport }));
