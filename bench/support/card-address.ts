/** An address of its own for each, as cards have: traps are told apart by it. */
export function cardAddress(n: number): string {
    return `127.0.${1 + Math.floor(n / 200)}.${1 + (n % 200)}`;
}
