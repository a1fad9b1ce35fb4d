const SPIN_MS = 100;

/**
 * How many times longer than on an idle machine something takes now: the time of a computation by the clock, against what it took of the processor.
 * 1 = nobody else is there.
 */
export function slowdown(): number {
    const begin = performance.now();
    const before = process.cpuUsage();
    const used = () => {
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
    };
    while (used() < SPIN_MS);
    return Math.max(1, (performance.now() - begin) / used());
}
