/** Fraction bits of the fixed-point numbers below: far more than the 53 of a double. */
const fractionBits = 160n;
const one = 1n << fractionBits;

/**
 * The natural logarithm of `x` >= 1, correctly rounded: what Java's `Math.log` gives, and the same on
 * every engine.
 */
export function exactLog(x: number): number {
  return toDouble(fixedLog(toFixed(x)));
}

/** `base` to the `exponent`, correctly rounded, for `base` >= 1 and `exponent` from 0 to 1000. */
export function exactPower(base: number, exponent: number): number {
  const product = (fixedLog(toFixed(base)) * toFixed(exponent)) >> fractionBits;
  return toDouble(fixedExp(product));
}

function toFixed(x: number): bigint {
  const whole = Math.floor(x);
  const fraction = BigInt(Math.floor((x - whole) * twoTo80));
  return (BigInt(whole) << fractionBits) + (fraction << (fractionBits - 80n));
}

const twoTo80 = 1_208_925_819_614_629_174_706_176;

/** `Number` rounds to the nearest double, and dividing by a power of two is exact. */
function toDouble(fixed: bigint): number {
  const twoTo40 = 1_099_511_627_776;
  return Number(fixed) / twoTo40 / twoTo40 / twoTo40 / twoTo40;
}

function fixedLog(x: bigint): bigint {
  let mantissa = x;
  let exponent = 0n;
  while (mantissa >= 2n * one) {
    mantissa >>= 1n;
    exponent += 1n;
  }
  return exponent * logOf2 + smallLog(mantissa);
}

/** ln x = 2 artanh((x - 1) / (x + 1)), for x from 1 to 2. */
function smallLog(x: bigint): bigint {
  const y = ((x - one) << fractionBits) / (x + one);
  const square = (y * y) >> fractionBits;
  let power = y;
  let sum = 0n;
  for (let n = 1n; power > 0n; n += 2n) {
    sum += power / n;
    power = (power * square) >> fractionBits;
  }
  return 2n * sum;
}

const logOf2 = smallLog(2n * one);

function fixedExp(x: bigint): bigint {
  const halvings = x / logOf2;
  const rest = x - halvings * logOf2;
  let term = one;
  let sum = 0n;
  for (let n = 1n; term > 0n; n += 1n) {
    sum += term;
    term = ((term * rest) >> fractionBits) / n;
  }
  return sum << halvings;
}
