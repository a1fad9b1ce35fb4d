import type { UpsStatus } from '../../status/status';
import type { BatteryFlags } from '../model';
import { isNotKnownYet } from '../starting';
import type { DetectionConfig, DischargeMethod } from './config';
import type { Currents } from './currents';

/** What a UPS says of its battery. `power-fail` and `source` are firm; `charging` is the word of some drivers that are wrong for ever. */
export interface UpsWord {
    discharging: boolean;
    by: 'power-fail' | 'source' | 'charging';
    /** It says that the battery floats. */
    floating?: boolean;
}

/**
 * The word of the UPS behind a battery; undefined if it cannot tell now.
 * @param powerFail its event `power-fail` is active; undefined: not confirmed
 * @param silent it does not answer: a presumed outage is no witness for what the battery does
 */
export function upsWord(
    powerFail: boolean | undefined,
    status: UpsStatus | undefined,
    silent: boolean,
): UpsWord | undefined {
    if (silent) return undefined;
    if (powerFail) return { discharging: true, by: 'power-fail' };
    const charging = status?.battery.charging;
    const floating = charging === 'floating' ? { floating: true } : {};
    const source = status?.output.source;
    // A battery test is no power failure, and a discharge.
    if (source === 'battery') return { discharging: true, by: 'source' };
    if (charging !== undefined) return { discharging: charging === 'discharging', by: 'charging', ...floating };
    return powerFail === false ? { discharging: false, by: 'power-fail' } : undefined;
}

/** The last values of each witness; undefined: it cannot tell now. */
export interface Signs {
    ups?: UpsWord;
    flags?: BatteryFlags;
    currents?: Currents;
    /** V: median of the blocks */
    voltage?: number;
}

export interface Verdict {
    discharging: boolean;
    by: DischargeMethod;
}

const ORDER: readonly DischargeMethod[] = ['ups', 'current', 'card', 'modules'];

/** Whether the battery discharges, by the first method that can tell; undefined: nothing new is known, and what was decided stays. */
export function verdictOf(signs: Signs, config: DetectionConfig): Verdict | undefined {
    for (const by of config.method === 'automatic' ? ORDER : [config.method]) {
        const discharging = say(by, signs, config);
        if (discharging !== undefined) return { discharging, by };
    }
    return undefined;
}

function say(by: DischargeMethod, signs: Signs, config: DetectionConfig): boolean | undefined {
    switch (by) {
        case 'ups':
            return config.method === 'automatic' && isRefuted(signs, config) ? undefined : signs.ups?.discharging;
        case 'current':
            return currentSays(signs.currents, config);
        case 'card':
            return cardSays(signs.flags, 'discharging');
        case 'modules':
            return modulesSay(signs.voltage, config);
    }
}

/** The UPS says only by its charging state that the battery discharges, and another witness says that it does not. */
function isRefuted(signs: Signs, config: DetectionConfig): boolean {
    const { ups } = signs;
    if (!ups?.discharging || ups.by !== 'charging') return false;
    return (['current', 'card', 'modules'] as const).some((method) => say(method, signs, config) === false);
}

export function currentSays(currents: Currents | undefined, config: DetectionConfig): boolean | undefined {
    const current = config.currentOf === 'sum' ? currents?.sum : currents?.least;
    return current === undefined ? undefined : current < config.dischargeBelow;
}

/** The flag of the battery monitor; undefined if this path does not tell it, or not yet. */
export function cardSays(flags: BatteryFlags | undefined, state: string): boolean | undefined {
    if (!flags?.tells.has(state)) return undefined;
    if (flags.states.has(state)) return true;
    return isNotKnownYet(state, flags) ? undefined : false;
}

/**
 * "From the moment the voltage drops below the rated voltage, BACS will assume a discharge", "a reliable but very slow option", and a battery
 * at rest falls so far by itself (CS141 manual, "Discharge Detection source"). The median is [ours]: one bad block is no discharge. That the
 * modules tell the end only above the voltage of a charger is [ours], too: between both limits a battery may rest as well as deliver.
 */
function modulesSay(voltage: number | undefined, config: DetectionConfig): boolean | undefined {
    if (voltage === undefined || config.chargingVoltage === undefined) return undefined;
    if (voltage < config.ratedVoltage) return true;
    return voltage > config.chargingVoltage ? false : undefined;
}
