import type { RegisterMap } from './maps';
import type { Readings } from './readings';

/** Volts. A phase with less is dead: long cables and filters show some volts without a source. */
const DEAD_VOLTS = 50;
/** A phase of the input with less than this fraction of the output voltage does not feed it: UPSs go to battery at -15 to -20 %. */
const UNDERVOLTAGE = 0.8;
/** A battery with less current, positive or negative, neither charges nor discharges: this covers float current and sensor noise. */
const NO_CURRENT_AMPERES = 0.2;

const PHASES = [1, 2, 3] as const;

function voltages(readings: Readings, side: 'input' | 'output' | 'bypass'): (number | undefined)[] {
    return PHASES.map((phase) => readings.number(`${side}.${phase}.voltage`));
}

/** Volts of inputs and outputs of DC systems: 12, 24 and 48 V with their tolerances [inferred]. */
const DC_BANDS = [
    [10, 15.5],
    [20, 31],
    [40, DEAD_VOLTS],
] as const;

const isKnown = (value: number | undefined) => value !== undefined;
const isLive = (value: number | undefined) => value !== undefined && value >= DEAD_VOLTS;
const isDc = (value: number | undefined) =>
    value !== undefined && DC_BANDS.some(([from, to]) => value >= from && value < to);

/** The stored form of an InputWatch, JSON. */
interface StoredInput {
    highest?: unknown;
}

/**
 * Remembers the highest voltage of an input. 24 V may be the supply of a DC system, or the residual voltage of a dead AC line: it
 * is live if the input was never higher.
 */
export class InputWatch {
    private highest = 0;

    /** @param kept what a former instance learned about the same input */
    constructor(kept?: unknown) {
        const { highest } = (typeof kept === 'object' && kept !== null ? kept : {}) as StoredInput;
        if (typeof highest === 'number' && highest > 0) this.highest = highest;
    }

    /** @returns whether it learned something to be stored */
    learn(readings: Readings): boolean {
        const most = Math.max(0, ...voltages(readings, 'input').filter((volts) => volts !== undefined));
        const isNews = most >= DEAD_VOLTS && this.highest < DEAD_VOLTS;
        this.highest = Math.max(this.highest, most);
        return isNews;
    }

    get kept(): StoredInput {
        return { highest: this.highest };
    }

    isLive(volts: number | undefined): boolean {
        return isLive(volts) || (this.highest < DEAD_VOLTS && isDc(volts));
    }
}

/**
 * Whether the battery charges or discharges, by the sign of its current; undefined if the map does not document the sign, or if
 * the current is close to 0.
 */
export function batteryFlow(readings: Readings, map: RegisterMap): 'charging' | 'discharging' | undefined {
    const amperes = map.positiveWhileCharging ? readings.number('battery.current') : undefined;
    if (amperes === undefined || Math.abs(amperes) <= NO_CURRENT_AMPERES) return undefined;
    return amperes > 0 ? 'charging' : 'discharging';
}

/**
 * Whether the battery feeds the output, from measured values [inferred]. For maps without a register for outages, and for cards
 * that lack the register. The output must be live, and:
 * - neither input nor bypass is live: then only the battery can feed the output, whatever its current; or
 * - the battery discharges by the sign of its current, and a phase of the input is missing or too low (otherwise it is a test).
 *
 * undefined: unknown; e.g. without a live output, which may be switched off or have an empty battery.
 */
export function inferOutage(readings: Readings, map: RegisterMap, inputs = new InputWatch()): boolean | undefined {
    const [input, output, bypass] = [
        voltages(readings, 'input'),
        voltages(readings, 'output'),
        voltages(readings, 'bypass'),
    ];
    if (!input.some(isKnown)) return undefined;
    const isLiveInput = (volts: number | undefined) => inputs.isLive(volts);
    const isLiveOutput = (volts: number | undefined) => isLive(volts) || isDc(volts);
    const inputLives = input.some(isLiveInput);
    if (!output.some(isLiveOutput)) return inputLives ? false : undefined;
    if (!inputLives && !bypass.some(isLive)) return true;
    const flow = batteryFlow(readings, map);
    if (flow === 'discharging') {
        return input.some((volts, phase) => {
            const { [phase]: out } = output;
            if (volts === undefined || !isLiveOutput(out)) return false;
            // A DC and an AC voltage cannot be compared.
            return isLive(volts) && isLive(out) ? volts < UNDERVOLTAGE * out! : !isLiveInput(volts);
        });
    }
    // The rectifier's input is dead and the bypass is live: either the bypass or the battery feeds the output, and only the
    // battery current could tell.
    if (!inputLives && readings.number('battery.current') === undefined) return undefined;
    return false;
}

/** Whether the output has neither voltage nor current or power. undefined: the voltage is unknown. */
export function isOutputDead(readings: Readings): boolean | undefined {
    const volts = voltages(readings, 'output');
    if (!volts.some(isKnown)) return undefined;
    const flows = PHASES.flatMap((phase) =>
        ['current', 'power', 'apparentPower', 'load'].map((what) => readings.number(`output.${phase}.${what}`) ?? 0),
    );
    return !volts.some((each) => isLive(each) || isDc(each)) && flows.every((value) => value === 0);
}

/** Whether the input has voltage. undefined: the voltage is unknown. */
export function isInputLive(readings: Readings, inputs = new InputWatch()): boolean | undefined {
    const volts = voltages(readings, 'input');
    return volts.some(isKnown) ? volts.some((each) => inputs.isLive(each)) : undefined;
}

/** Registers that a card does not fill read 0, too: an output counts as dead only after it was live once. */
export class OutputWatch {
    private seenAlive = false;

    /** undefined: the output reads 0, and always has. */
    state(readings: Readings): 'dead' | 'alive' | undefined {
        const dead = isOutputDead(readings);
        if (dead !== true) {
            this.seenAlive ||= dead === false;
            return 'alive';
        }
        return this.seenAlive ? 'dead' : undefined;
    }
}
