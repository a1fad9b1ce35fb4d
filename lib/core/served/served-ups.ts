import { definedOnly } from '../defined-only';
import type { EventInfo } from '../messages';
import { testRunning } from '../events/rules';
import type { Identity, UpsStatus } from '../status/status';
import type { UpsUnit } from '../unit/ups-unit';

/** Where a UPS stands, as its site says. */
export interface ServedSite {
    name?: string;
    location?: string;
    contact?: string;
}

/**
 * How far the values of a UPS may be passed on. `none`: no reading yet. `live`: its device answers. `silent`: on mains, and older than the UPS allows:
 * nothing of it is known now. `presumed`: in an outage without a reading of now; charge and runtime are counted down.
 */
export type ServedKnowledge = 'none' | 'live' | 'silent' | 'presumed';

/**
 * What every server tells of a UPS, whatever its protocol: no two of them can contradict each other. Taken at one moment; servers format it, and decide
 * nothing about the mains or about silence themselves.
 */
export interface ServedUps {
    id: string;
    name: string;
    site: ServedSite;
    knowledge: ServedKnowledge;
    /** What the device said of itself, also before it fell silent. */
    identity: Identity;
    /** Absent if nothing is known now: before the first reading, and in silence on mains. */
    status?: UpsStatus;
    /** Undefined: nobody knows. A battery test is no outage. */
    onBattery?: boolean;
    /** The outage that is on. Not confirmed: a former process saw it, and no device has shown it since; the mains may be back. */
    outage?: { episode: string; confirmed: boolean };
    /** Never of an outage that is not confirmed: who boots with the mains would shut down at once. */
    batteryLow: boolean;
    /** A test or calibration uses the battery while the mains are present. */
    testsBattery: boolean;
    communicationLost: boolean;
    /** What is active now; in silence only what is still known of it. */
    events: readonly EventInfo[];
    /** Since the onset of the outage, s; 0 on mains; undefined: nobody knows. */
    secondsOnBattery?: number;
    /** What is left of the battery, s. */
    remainingSeconds?: number;
    /** %, of the device, else our estimate. */
    chargePercent?: number;
    /** Of the last reading, s. */
    ageSeconds?: number;
}

/** The part of a logical UPS that is served. */
export type ServableUnit = Pick<
    UpsUnit,
    | 'id'
    | 'name'
    | 'status'
    | 'isSilent'
    | 'ageSeconds'
    | 'stateOf'
    | 'activeEvents'
    | 'remainingSeconds'
    | 'secondsOnBattery'
>;

/** What is known of a UPS now. */
export function servedUps(unit: ServableUnit, site: ServedSite = {}): ServedUps {
    const last = unit.status();
    const outage = unit.stateOf('power-fail');
    const knowledge = knowledgeOf(unit, last, outage);
    const isKnown = knowledge === 'live' || knowledge === 'presumed';
    const status = isKnown ? last : undefined;
    const events = unit.activeEvents();
    const isActive = (id: string) => events.some((event) => event.id === id);
    const served: ServedUps = {
        id: unit.id,
        name: unit.name,
        site,
        knowledge,
        identity: last?.identity ?? {},
        batteryLow: isKnown && !isRemembered(outage) && (isActive('battery-low') || isActive('battery-depleted')),
        testsBattery:
            status !== undefined && !outage.active && usesBattery(status) && testRunning(status)?.active === true,
        communicationLost: unit.isSilent || isActive('communication-lost'),
        events: knowledge === 'silent' ? events.filter(({ id }) => id === 'communication-lost') : events,
    };
    const { active, episode, confirmed } = outage;
    if (active && episode !== undefined) served.outage = { episode, confirmed };
    const { ageSeconds } = unit;
    if (ageSeconds !== undefined) served.ageSeconds = ageSeconds;
    if (!isKnown) return served;
    const onBattery = outage.active || (last?.derived.secondsOnBattery === undefined ? undefined : false);
    const known = {
        status,
        onBattery,
        secondsOnBattery: onBattery === undefined ? undefined : unit.secondsOnBattery(),
        remainingSeconds: unit.remainingSeconds('device'),
        chargePercent: status?.battery.chargePercent ?? status?.derived.chargePercent,
    };
    return Object.assign(served, definedOnly(known));
}

/** Whether an outage is known from a former process alone. */
export function isRemembered(outage: { active?: boolean; confirmed: boolean } | undefined): boolean {
    return outage !== undefined && outage.active !== false && !outage.confirmed;
}

function knowledgeOf(
    { isSilent }: ServableUnit,
    last: UpsStatus | undefined,
    outage: { active: boolean; confirmed: boolean },
): ServedKnowledge {
    if (!last) return outage.active ? 'presumed' : 'none';
    if (outage.active && (isSilent || !outage.confirmed)) return 'presumed';
    return isSilent ? 'silent' : 'live';
}

function usesBattery({ output, battery }: UpsStatus): boolean {
    return output.source === 'battery' || battery.charging === 'discharging';
}
