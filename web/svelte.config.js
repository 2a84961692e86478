// Svelte compiles components with runes only.
export default { compilerOptions: { runes: true } };
