import type { Line, OutputLine } from '../../core/status/status';
import type { Readings } from './readings';
import { definedOnly } from '../../core/defined-only';

/**
 * The lines of input, bypass and output. Maps have registers for three phases; those of a phase that the UPS lacks read 0
 * [inferred]. A phase counts from its first reading other than 0 on: in a power failure, all three phases of the input read 0.
 */
export class Phases {
    private readonly seen: Record<string, number> = {};

    lines(readings: Readings, side: 'input' | 'bypass'): Line[] {
        return this.read(side, (phase) => lineOf(readings, side, phase));
    }

    outputLines(readings: Readings): OutputLine[] {
        return this.read('output', (phase) => ({
            ...lineOf(readings, 'output', phase),
            load: readings.number(`output.${phase}.load`),
            apparentPower: readings.number(`output.${phase}.apparentPower`),
        }));
    }

    private read<T extends object>(side: string, line: (phase: number) => T): T[] {
        const lines = [1, 2, 3].map((phase) => definedOnly(line(phase)));
        const last = lines.findLastIndex((each) => Object.values(each).some((value) => value !== 0));
        const there = lines.findIndex((each) => Object.keys(each).length > 0) === 0 ? 1 : 0;
        this.seen[side] = Math.max(this.seen[side] ?? 0, last + 1, there);
        return lines.slice(0, this.seen[side]);
    }
}

function lineOf(readings: Readings, side: 'input' | 'output' | 'bypass', phase: number): Line {
    return {
        // All phases of an output have the same frequency: it is reported once, outside the lines.
        frequency: side === 'output' ? undefined : readings.number(`${side}.${phase}.frequency`),
        voltage: readings.number(`${side}.${phase}.voltage`),
        current: readings.number(`${side}.${phase}.current`),
        power: readings.number(`${side}.${phase}.power`),
    };
}
