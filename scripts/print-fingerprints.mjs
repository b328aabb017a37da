// Prints the fingerprints of the shipped scenarios, as built. Other versions of Node have to print the
// same as explore/golden/fingerprints.txt: see CONTRIBUTING.md.
import { fingerprintLines } from '../dist/explore/fingerprints.js';

console.log(fingerprintLines().join('\n'));
