/** Milliseconds of the processor that this process needs for `work`: the wall clock tells as much of what else the machine does. */
export function processorMs(work: () => void): number {
    const before = process.cpuUsage();
    work();
    return process.cpuUsage(before).user / 1000;
}
