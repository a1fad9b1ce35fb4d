import type { RegisterMap } from './maps';
import type { Readings } from './readings';

/** Below this a phase is dead: long lines and filters show some volts without any source. */
const DEAD_VOLTS = 50;
/** A phase of the input with less than this part of the output's voltage does not feed it: UPSs go to battery at -15 to -20 %. */
const UNDERVOLTAGE = 0.8;
/** Around 0 A a battery neither charges nor discharges: a float current and the noise of a sensor. */
const NO_CURRENT_AMPERES = 0.2;

const PHASES = [1, 2, 3] as const;

function voltages(readings: Readings, side: 'input' | 'output' | 'bypass'): (number | undefined)[] {
    return PHASES.map((phase) => readings.number(`${side}.${phase}.voltage`));
}

/** V: inputs and outputs of DC systems, 12, 24 and 48 V with their tolerances [inferred]. */
const DC_BANDS = [
    [10, 15.5],
    [20, 31],
    [40, DEAD_VOLTS],
] as const;

const isKnown = (value: number | undefined) => value !== undefined;
const isLive = (value: number | undefined) => value !== undefined && value >= DEAD_VOLTS;
const isDc = (value: number | undefined) =>
    value !== undefined && DC_BANDS.some(([from, to]) => value >= from && value < to);

/** What JSON keeps of an InputWatch. */
interface StoredInput {
    highest?: unknown;
}

/**
 * What this input has shown: 24 V are the mains of a DC system, and what is left on a dead AC line. They are alive where it has never been
 * any higher.
 */
export class InputWatch {
    private highest = 0;

    /** @param kept what an earlier one has learned of the same input */
    constructor(kept?: unknown) {
        const { highest } = (typeof kept === 'object' && kept !== null ? kept : {}) as StoredInput;
        if (typeof highest === 'number' && highest > 0) this.highest = highest;
    }

    /** @returns whether it has learned something worth keeping */
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

/** What the battery does by the sign of its current; undefined: the map prints no sign, or there is no current to speak of. */
export function flowOf(readings: Readings, map: RegisterMap): 'charging' | 'discharging' | undefined {
    const amperes = map.positiveWhileCharging ? readings.number('battery.current') : undefined;
    if (amperes === undefined || Math.abs(amperes) <= NO_CURRENT_AMPERES) return undefined;
    return amperes > 0 ? 'charging' : 'discharging';
}

/**
 * Whether the battery feeds the output, concluded from what is measured [inferred], for maps without a word for an outage, and cards that
 * do not have the registers with the word: the output lives, and
 * - neither the input nor the bypass does: then there is nothing else that could feed it, whatever the current says; or
 * - the battery is discharging by the sign of its current, and a phase of the input is missing or too low (else it is a test).
 *
 * undefined: nothing can be concluded; without an output that may be because there is none, or because the battery is empty.
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
    const flow = flowOf(readings, map);
    if (flow === 'discharging') {
        return input.some((volts, phase) => {
            const { [phase]: out } = output;
            if (volts === undefined || !isLiveOutput(out)) return false;
            // Between DC and AC there is no comparison.
            return isLive(volts) && isLive(out) ? volts < UNDERVOLTAGE * out! : !isLiveInput(volts);
        });
    }
    // The rectifier's input is dead, the bypass lives: fed by the one or by the battery, and only the current would tell.
    if (!inputLives && readings.number('battery.current') === undefined) return undefined;
    return false;
}

/** Whether nothing comes out: no voltage, and nothing that would flow. undefined: no voltage is told. */
export function isOutputDead(readings: Readings): boolean | undefined {
    const volts = voltages(readings, 'output');
    if (!volts.some(isKnown)) return undefined;
    const flows = PHASES.flatMap((phase) =>
        ['current', 'power', 'apparentPower', 'load'].map((what) => readings.number(`output.${phase}.${what}`) ?? 0),
    );
    return !volts.some((each) => isLive(each) || isDc(each)) && flows.every((value) => value === 0);
}

/** Whether mains are at the input. undefined: no voltage is told. */
export function isInputLive(readings: Readings, inputs = new InputWatch()): boolean | undefined {
    const volts = voltages(readings, 'input');
    return volts.some(isKnown) ? volts.some((each) => inputs.isLive(each)) : undefined;
}

/** Registers that a card does not fill read 0, too: an output counts as dead once it has been seen alive. */
export class OutputWatch {
    private seenAlive = false;

    /** `dead`, `alive`, or undefined: it reads 0, and always has. */
    state(readings: Readings): 'dead' | 'alive' | undefined {
        const dead = isOutputDead(readings);
        if (dead !== true) {
            this.seenAlive ||= dead === false;
            return 'alive';
        }
        return this.seenAlive ? 'dead' : undefined;
    }
}
