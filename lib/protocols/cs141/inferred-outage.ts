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

const isKnown = (value: number | undefined) => value !== undefined;
const isLive = (value: number | undefined) => value !== undefined && value >= DEAD_VOLTS;

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
export function inferOutage(readings: Readings, map: RegisterMap): boolean | undefined {
    const [input, output, bypass] = [
        voltages(readings, 'input'),
        voltages(readings, 'output'),
        voltages(readings, 'bypass'),
    ];
    if (!input.some(isKnown)) return undefined;
    const inputLives = input.some(isLive);
    if (!output.some(isLive)) return inputLives ? false : undefined;
    if (!inputLives && !bypass.some(isLive)) return true;
    const flow = flowOf(readings, map);
    if (flow === 'discharging') {
        return input.some(
            (volts, phase) =>
                volts !== undefined && isLive(output[phase]) && volts < UNDERVOLTAGE * (output[phase] ?? 0),
        );
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
    return !volts.some(isLive) && flows.every((value) => value === 0);
}

/** Whether mains are at the input. undefined: no voltage is told. */
export function isInputLive(readings: Readings): boolean | undefined {
    const volts = voltages(readings, 'input');
    return volts.some(isKnown) ? volts.some(isLive) : undefined;
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
