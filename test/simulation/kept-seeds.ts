/** Seeds that once showed a fault of the engine, with what it was. They are played by the spec for ever. */
export const KEPT_SEEDS: readonly (readonly [seed: number, fault: string])[] = [
    [40401, 'an outage soon after another one passed unseen, where the device names the battery late'],
    [44188, 'a shutdown that a kill had interrupted stood nowhere in the log once its node was disabled'],
    [31471, 'a second look within the same millisecond counted as a part of the first one'],
];
