/** A list in parts of at most so many, in order. */
export function slices<T>(list: readonly T[], most: number): T[][] {
    return Array.from({ length: Math.ceil(list.length / most) }, (_, i) => list.slice(i * most, (i + 1) * most));
}
