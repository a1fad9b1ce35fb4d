import { Duplex } from 'node:stream';

/** Two ends of a serial line in memory: what one writes, the other reads, at once and in the same pieces. */
export function duplexPair(): [Duplex, Duplex] {
    const ends: Duplex[] = [0, 1].map(
        (side) =>
            new Duplex({
                read: () => undefined,
                write: (chunk: Buffer, _encoding, done) => {
                    ends[1 - side]!.push(chunk);
                    done();
                },
            }),
    );
    return [ends[0]!, ends[1]!];
}
