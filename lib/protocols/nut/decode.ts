import type { Battery, Environment, Identity, Outlet, PartialStatus } from '../../core/status/status';
import { plausible } from '../../core/status/plausible';
import { readAlarms } from './alarms';
import { readDate } from './battery-date';
import { flagsOf, isWaiting, sourceOf, type Flags } from './status-flags';
import { BATTERY_NUMBERS, CHARGING, IDENTITY, NAME } from './names';
import { bypassLines, inputLines, nominalVoltage, outputLines } from './lines';
import { readSettings } from './settings';
import { readTest } from './test-flag';
import { known, numberOf, plainNumber, ratingOf, textOf, type Variables } from './values';

export interface DecodeOptions {
    /** The flag LB is not believed: the device sets it wrongly. Off by default. */
    ignoreLowBattery?: boolean;
    /** The words of the last test's result, while a new test runs beside them: see TestFlag. */
    oldTestResult?: string;
}

const TRUE_CONTACT = /^(active|bad)$/i;
const FALSE_CONTACT = /^(inactive|good)$/i;

/**
 * NUT's variables as a status, in SI units (RFC 9271 section 5.1). What upsd does not tell, or tells as a sentinel, is absent.
 * @param writable names of LIST RW: these become settings
 * @param time epoch ms of the reading
 */
export function decode(
    variables: Variables,
    writable: ReadonlySet<string>,
    time: number,
    { ignoreLowBattery = false, oldTestResult }: DecodeOptions = {},
): PartialStatus {
    const flags = flagsOf(variables);
    const { test, running } = readTest(variables, flags, oldTestResult);
    const lines = inputLines(variables);
    return known<PartialStatus>({
        time,
        identity: readIdentity(variables),
        battery: readBattery(variables, flags, ignoreLowBattery),
        input: known({ nominalVoltage: nominalVoltage(variables, lines), lines }),
        output: known({
            source: sourceOf(flags),
            frequency: numberOf(variables, NAME.outputFrequency, 'frequency'),
            lines: outputLines(variables),
        }),
        bypass: known({
            frequency: numberOf(variables, NAME.bypassFrequency, 'frequency'),
            lines: bypassLines(variables),
        }),
        temperature: numberOf(variables, NAME.upsTemperature, 'temperature'),
        ...readAlarms(variables, flags, { ignoreLowBattery, testRunning: running }),
        test,
        outlets: readOutlets(variables),
        environment: readEnvironment(variables),
        settings: readSettings(variables, writable),
    });
}

function readIdentity(variables: Variables): Identity {
    const told = Object.entries(IDENTITY).map(([part, names]) => [part, textOf(variables, ...names)]);
    return known<Identity>(Object.fromEntries(told));
}

function readBattery(variables: Variables, flags: Flags, ignoreLowBattery: boolean): Battery {
    const low = flags.has('LB') && !ignoreLowBattery;
    const chargePercent = numberOf(variables, NAME.charge, 'percent');
    const lowPercent = ratingOf(variables, NAME.chargeLow, 'percent');
    const charger = textOf(variables, NAME.charger)?.toLowerCase();
    const flagged =
        flags.has('CHRG') === flags.has('DISCHRG') ? undefined : flags.has('CHRG') ? 'charging' : 'discharging';
    const numbers = Object.fromEntries(
        Object.entries(BATTERY_NUMBERS).map(([part, { variable, kind }]) => [
            part,
            numberOf(variables, variable, kind),
        ]),
    );
    const tells = !isWaiting(flags) && (flags.has('OL') || flags.has('OB'));
    return known<Battery>({
        state: low ? 'low' : tells ? 'normal' : undefined,
        condition: flags.has('RB') ? 'replace' : undefined,
        charging: CHARGING.find((state) => state === charger) ?? flagged,
        minutesRemaining: readRuntime(variables, flags, low, chargePercent, lowPercent),
        chargePercent,
        lowPercent,
        lowMinutes: readLowMinutes(variables),
        ...numbers,
        installedOn: readDate(variables.get(NAME.installed)),
    });
}

/** The charge above which a battery that is not called low has some runtime, where the device names no limit. */
const CERTAINLY_CHARGED = 20;

/** 0 is no runtime where nothing else says that the battery is empty: the UPS is at rest on mains, or its charge is well above its limit. */
function readRuntime(
    variables: Variables,
    flags: Flags,
    low: boolean,
    charge: number | undefined,
    lowPercent: number | undefined,
): number | undefined {
    const minutes = minutesOf(numberOf(variables, NAME.runtime, 'seconds'));
    if (minutes !== 0 || low) return minutes;
    const idle = flags.has('OL') && !flags.has('DISCHRG');
    const charged = charge !== undefined && charge > Math.max(lowPercent ?? 0, CERTAINLY_CHARGED);
    return idle || charged ? undefined : minutes;
}

/** A limit of less than half a minute is one in minutes: older snmp-ups pass upsConfigLowBattTime on as it is [inferred from dumps]. */
function readLowMinutes(variables: Variables): number | undefined {
    const minutes = minutesOf(ratingOf(variables, NAME.runtimeLow, 'seconds'));
    return minutes === undefined || minutes >= 0.5 ? minutes : undefined;
}

function minutesOf(seconds: number | undefined): number | undefined {
    return seconds === undefined ? undefined : plausible('minutes', seconds / 60);
}

/** Outlets from 1 on; 0 and names without a number mean the whole output. */
function readOutlets(variables: Variables): Outlet[] | undefined {
    const ids = new Set<string>();
    for (const name of variables.keys()) {
        if (!name.startsWith('outlet.')) continue;
        const id = /^outlet\.([1-9]\d{0,4})\./.exec(name)?.[1];
        if (id) ids.add(id);
    }
    if (ids.size === 0) return undefined;
    return [...ids]
        .sort((a, b) => Number(a) - Number(b))
        .map((id) => {
            const state = /^(on|off)\b/i.exec(textOf(variables, `outlet.${id}.status`) ?? '')?.[1]?.toLowerCase();
            return known({
                id,
                name: textOf(variables, `outlet.${id}.name`, `outlet.${id}.desc`),
                on: state === undefined ? undefined : state === 'on',
            });
        });
}

/** The first ambient sensor, with or without a number; a sensor said to be absent tells nothing. */
function readEnvironment(variables: Variables): Environment | undefined {
    const place = ['ambient', 'ambient.1'].find(
        (each) =>
            !/^(no|0|false)$/i.test(variables.get(`${each}.present`) ?? '') &&
            ['temperature', 'humidity'].some((kind) => plainNumber(variables.get(`${each}.${kind}`)) !== undefined),
    );
    const contacts = readContacts(variables);
    const read = known<Environment>({
        temperature: place === undefined ? undefined : numberOf(variables, `${place}.temperature`, 'temperature'),
        humidity: place === undefined ? undefined : numberOf(variables, `${place}.humidity`, 'humidity'),
        contacts: Object.keys(contacts).length ? contacts : undefined,
    });
    return Object.keys(read).length ? read : undefined;
}

/** Dry contacts that say whether they are active; `opened` and `closed` only together with their normal position. */
function readContacts(variables: Variables): Record<string, boolean> {
    const contacts: Record<string, boolean> = {};
    for (const [name, value] of variables) {
        if (!name.startsWith('ambient.')) continue;
        const base = /^(ambient\.(?:\d+\.)?contacts\.\d{1,4})\.status$/.exec(name)?.[1];
        if (!base) continue;
        const named = textOf(variables, `${base}.name`);
        // What every object has (`constructor`) is no name that could be looked up.
        const label = named === undefined || named in contacts ? base : named;
        const normal = /open|close/i.exec(variables.get(`${base}.config`) ?? '')?.[0].toLowerCase();
        const now = /^(open|close)/i.exec(value.trim())?.[1]?.toLowerCase();
        if (TRUE_CONTACT.test(value)) contacts[label] = true;
        else if (FALSE_CONTACT.test(value)) contacts[label] = false;
        else if (normal && now) contacts[label] = normal !== now;
    }
    return contacts;
}
