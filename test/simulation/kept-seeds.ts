/** Seeds that once showed a fault of the engine, with what it was. They are played by the spec for ever. */
export const KEPT_SEEDS: readonly (readonly [seed: number, fault: string])[] = [
    [31471, 'a second look within the same millisecond counted as a part of the first one'],
];
