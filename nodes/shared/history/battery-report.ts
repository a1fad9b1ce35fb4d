import type { NodeAPI } from 'node-red';
import type { BatterySource } from '../../../lib/core/batteries/battery-source';
import type { DischargeRecord } from '../../../lib/core/batteries/discharge/record';
import type { BatteryHealth } from '../../../lib/core/batteries/health/health';
import { HEALTH_LIMITS } from '../../../lib/core/batteries/health/reasons';
import { recordedCurves } from '../../../lib/core/batteries/health/recorded-curves';
import { noteOf } from '../../../lib/core/batteries/inventory';
import { UpsError } from '../../../lib/core/errors';
import type { SentenceData } from '../../../lib/core/language/sentence';
import type { EventInfo } from '../../../lib/core/messages';
import type { Zone } from '../../../lib/core/schedules/local-time';
import { Slices } from '../../../lib/core/turns';
import type { HealthWatch } from '../../../lib/flow/batteries/health-watch';
import {
    batteryDischargeReport,
    batteryHealthReport,
    batteryReplacementReport,
    type BatteryDischargeReport,
    type BatteryReport,
    type ReportRequest,
} from '../../../lib/reports';
import { namesOf } from '../config/battery-health';
import { batteryHistory } from '../config/battery-history';
import type { SiteRuntime } from '../runtime/flow-of';
import { reportRequest } from './report-sources';

/** The battery that a report is about. */
export interface ReportedBattery {
    battery: BatterySource;
    health: HealthWatch;
    site: SiteRuntime;
    /** Maker and type of its blocks. */
    type?: string;
}

/** A judgement that is younger is told as it is. */
const FRESH_MS = 86_400_000;
/** Rows of the curves of a discharge; of 512 blocks they take 8 MB while the report is made. */
const ROWS = 2000;
/** An event and a discharge so close to each other are of the same outage. */
const NEAR_MS = 600_000;

/**
 * The report of the discharge within an event, or else of the last one.
 * @throws UpsError with a sentence of ups-battery-report: there is none
 */
export async function makeDischargeReport(
    RED: NodeAPI,
    of: ReportedBattery,
    zone: Zone,
    event?: Pick<EventInfo, 'since' | 'at'>,
): Promise<BatteryDischargeReport> {
    const { battery, health, site } = of;
    const history = batteryHistory(site.series, battery.id);
    const records = history.discharges();
    if (records.length === 0) throw refusal('noDischarge', { battery: battery.name });
    const record = event ? within(records, event) : records.at(-1);
    if (!record) throw refusal('noDischargeThen', { battery: battery.name, date: { date: event!.since } });
    const { layout } = battery.view();
    const slices = new Slices();
    const recorded = layout && (await history.discharge(record.id, slices));
    if (!recorded) throw refusal('noCurves', { battery: battery.name });
    const { onset, phase, onsetSeen, gaps, ah, kWh, gapAh, gapKWh, endVoltage } = record;
    const { config } = battery;
    const sum = (counted: number | null, estimated: number | null) =>
        counted === null ? undefined : counted + (estimated ?? 0);
    const [ampereHours, kilowattHours] = [sum(ah, gapAh), sum(kWh, gapKWh)];
    return batteryDischargeReport(
        requestOf(RED, of, zone),
        {
            curves: recordedCurves(recorded, layout, ROWS),
            battery: {
                layout,
                nominalVoltage: config.nominalVoltage,
                chemistry: config.chemistry,
                endVoltage,
                ...(config.capacityAh !== undefined && { capacityAh: config.capacityAh }),
                ...(health.settings.model && { model: health.settings.model }),
            },
            lasts: phase === 'discharging',
            onsetMissed: !onsetSeen,
            gaps: gaps.map(({ fromMs, toMs }) => ({ from: onset + fromMs, to: onset + toMs })),
            names: namesOf(battery),
            ...(ampereHours !== undefined && { ampereHours }),
            ...(kilowattHours !== undefined && { kilowattHours }),
            ...(health.health && { earlier: health.health.stringCapacity.map((percent) => percent ?? NaN) }),
        },
        slices,
    );
}

/**
 * The report of the health, or the replacement list; judged now unless that was done today.
 * @param leastCapacity %, below which a block is on the replacement list; absent: as the battery has it
 * @throws UpsError with a sentence of ups-battery-report: no block was read yet
 */
export async function makeHealthReport(
    RED: NodeAPI,
    of: ReportedBattery,
    zone: Zone,
    kind: 'health' | 'replacement',
    leastCapacity: number | undefined,
): Promise<BatteryReport> {
    const { battery, health } = of;
    const judged = await judgement(of, leastCapacity);
    if (!judged) throw refusal('unread', { battery: battery.name });
    const request = requestOf(RED, of, zone);
    if (kind === 'health') return batteryHealthReport(request, judged, namesOf(battery));
    const { inventory } = health;
    const notes = Array.from({ length: judged.modules }, (_, i) => noteOf(inventory, i + 1));
    return batteryReplacementReport(request, judged, namesOf(battery), notes);
}

async function judgement(
    { battery, health }: ReportedBattery,
    least: number | undefined,
): Promise<BatteryHealth | undefined> {
    const [watch, replace] = health.settings.limits?.capacity ?? HEALTH_LIMITS.capacity;
    if (least !== undefined && least !== replace) return health.judgedBy({ capacity: [Math.max(watch, least), least] });
    const { health: last } = health;
    const age = battery.clock.now() - (last?.at ?? -Infinity);
    return last && age >= 0 && age < FRESH_MS ? last : health.judge();
}

/** The latest discharge that the time of an event touches. */
function within(
    records: readonly DischargeRecord[],
    { since, at }: Pick<EventInfo, 'since' | 'at'>,
): DischargeRecord | undefined {
    return records.findLast(({ onset, durationMs }) => onset <= at + NEAR_MS && onset + durationMs >= since - NEAR_MS);
}

function requestOf(RED: NodeAPI, { battery, site, type }: ReportedBattery, zone: Zone): ReportRequest {
    const request = reportRequest(RED, site, battery, zone);
    return { ...request, unit: { ...request.unit, ...(type && { model: type }) } };
}

function refusal(rule: string, data: SentenceData): UpsError {
    return new UpsError('config-invalid', {
        property: 'battery',
        sentence: { key: `ups-battery-report.error.${rule}`, data },
    });
}
