import { realMs } from '../clock';
import type { UpsUnit } from '../unit/ups-unit';
import { assertSupported } from './assert-supported';
import { pause, whyAborted } from './keep-trying';

/** The state of an outlet, and what is written to it. */
export type Switched = 'on' | 'off';

export const otherState = (state: Switched): Switched => (state === 'on' ? 'off' : 'on');

/** The state of an outlet by the last reading; undefined: the device does not tell it. */
export function outletState(unit: UpsUnit, outlet: string): Switched | undefined {
    const { on } = unit.outletReading(outlet);
    return on === undefined ? undefined : on ? 'on' : 'off';
}

/** Whether the device takes an outlet off and on again by one command of its own. */
export function cyclesAlone(unit: UpsUnit, outlet: string): boolean {
    return unit.supports({ type: 'outlet', outlet, action: 'cycle' });
}

/** Whether an outlet can be switched both ways, so that we can take it off and on again. */
export function switchesBothWays(unit: UpsUnit, outlet: string): boolean {
    return (['off', 'on'] as const).every((action) => unit.supports({ type: 'outlet', outlet, action }));
}

/** @throws UpsError not-supported: the device cannot switch it off, or not on */
export function assertBothWays(unit: UpsUnit, outlet: string): void {
    for (const action of ['off', 'on'] as const) assertSupported(unit, { type: 'outlet', outlet, action });
}

/** Real ms between two looks for the reading that was asked for. */
const LOOK_MS = 50;
/** Readings that are looked at before a state counts as unknown: some devices are read in parts. */
const READINGS = 2;

/**
 * Asks the device now for the state of an outlet. A state that was read before may be old: somebody has switched it since.
 * @returns undefined: the device answers, and does not tell it
 * @throws UpsError no-device, ups-silent, or why the signal was aborted
 */
export async function freshOutletState(
    unit: UpsUnit,
    outlet: string,
    signal: AbortSignal,
): Promise<Switched | undefined> {
    const { clock } = unit;
    const end = clock.monotonic() + unit.staleMs;
    for (let readings = 0; readings < READINGS; readings++) {
        const before = unit.outletReading(outlet);
        unit.pollNow();
        while (unit.outletReading(outlet).reading === before.reading) {
            if (clock.monotonic() >= end) {
                if (readings > 0) return undefined;
                throw unit.absence;
            }
            await pause(clock, realMs(clock, LOOK_MS), signal);
            if (signal.aborted) throw whyAborted(signal);
        }
        const state = outletState(unit, outlet);
        if (state) return state;
    }
    return undefined;
}
