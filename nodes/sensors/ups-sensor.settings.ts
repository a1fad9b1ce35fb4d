import { limitsProblem, type LimitsProperty, type SensorConfig } from '../../lib/core/sensors/sensor-config';
import {
    choice,
    declareNode,
    nodeOfFamily,
    number,
    ownFault,
    reference,
    seconds,
    section,
    text,
    tick,
    whole,
    type FieldFault,
    type Stored,
} from '../../lib/core/settings';
import { sourceSite } from '../shared/fields/sensor';

const OID = /^\.?\d+(\.\d+)+$/;

/** A level without a limit is off. */
const limit = (icon: string) => number({ icon, optional: true });

const EVENTS = {
    alarmLow: 'alarm-low',
    preAlarmLow: 'pre-alarm-low',
    preAlarmHigh: 'pre-alarm-high',
    alarmHigh: 'alarm-high',
} as const;

function eventsOf(own: { [L in keyof typeof EVENTS]?: number }): string[] {
    const levels = Object.entries(EVENTS).flatMap(([name, id]) =>
        own[name as keyof typeof EVENTS] === undefined ? [] : [id],
    );
    return [...levels, ...(levels.length > 0 ? ['normal'] : []), 'connection-lost'];
}

/** The limits are checked against each other; the fault belongs to the limit that has to change. */
const ofLimits = (property: LimitsProperty) => (own: SensorConfig) => {
    const problem = limitsProblem(own);
    return problem?.property === property ? ownFault(problem.why, own[property]) : undefined;
};

/** Of version 1, where one latch held all levels: Node-RED's editor loads only what is declared. */
const formerLatch = { ...tick({ default: false }), kind: 'stored' as const };

/** A node of version 1 holds both sides or none. One that a dialog has stored since has latches of its own. */
function latchOfBoth({ latch, latchLow, latchHigh }: Stored): Stored {
    return latchLow === undefined && latchHigh === undefined ? { latchLow: latch, latchHigh: latch } : {};
}

export const settings = declareNode({
    type: 'ups-sensor',
    family: 'sensors',
    version: 2,
    migrations: { 2: latchOfBoth },
    ports: { inputs: 1, outputs: ['event', 'value'] },
    nameRequired: true,
    role: { source: (own) => ({ events: eventsOf(own) }), eventPrefix: 'sensor-' },
    sections: [
        section('', { site: sourceSite() }),
        section('source', {
            source: choice(['message', 'unit', 'channel', 'snmp'], { icon: 'sign-in', default: 'message' }),
            property: text({ icon: 'envelope-o', default: 'payload', when: { source: 'message' } }),
            topic: text({ icon: 'tags', verbatim: true, when: { source: 'message' } }),
            ups: reference('ups-unit', { icon: 'battery-full', required: true, when: { source: 'unit' } }),
            // A path in the status of the UPS, or `channel:<name>`.
            value: text({ icon: 'tachometer', default: 'environment.temperature', when: { source: 'unit' } }),
            // For an SNMP object: an ups-snmp.
            device: nodeOfFamily('devices', { icon: 'server', required: true, when: { source: ['channel', 'snmp'] } }),
            channel: text({
                icon: 'list',
                required: { source: 'channel' },
                example: 'Volts Battery',
                when: { source: 'channel' },
            }),
            oid: text({
                icon: 'sitemap',
                required: true,
                example: '1.3.6.1.2.1.33.1.12.1.1.0',
                check: (typed) => (OID.test(typed) ? undefined : ownFault('oid', typed)),
                when: { source: 'snmp' },
            }),
            interval: number({
                icon: 'refresh',
                unit: 's',
                min: 0.5,
                max: 86_400,
                default: 10,
                when: { source: 'snmp' },
            }),
        }),
        section('measure', {
            unit: text({ icon: 'thermometer-half', default: '°C', mayBeEmptied: true }),
            scale: number({ icon: 'expand', default: 1, notZero: true }),
            offset: number({ icon: 'arrows-v', default: 0 }),
            min: number({ icon: 'arrow-down', optional: true }),
            max: number({ icon: 'arrow-up', optional: true }),
            samples: whole({ icon: 'area-chart', min: 1, max: 1000, default: 1 }),
            // Time without a valid value; 0: never.
            timeout: seconds({ icon: 'chain-broken', min: 0, default: 60 }),
        }),
        section('levels', {
            alarmHigh: limit('thermometer-full'),
            preAlarmHigh: limit('thermometer-three-quarters'),
            preAlarmLow: limit('thermometer-quarter'),
            alarmLow: limit('thermometer-empty'),
            atLimit: tick({ icon: 'arrows-v', default: true }),
            hysteresis: number({ icon: 'exchange', min: 0, default: 0 }),
            seconds: seconds({ icon: 'clock-o', min: 0, default: 0 }),
            latch: formerLatch,
            // RMCU manual, "Alarm Setup": auto recovery, of the under and the over alarm apart.
            latchHigh: tick({ icon: 'lock', default: false }),
            latchLow: tick({ icon: 'lock', default: false }),
        }),
        section('recovery', {
            alarmHighRecovery: limit('level-down'),
            preAlarmHighRecovery: limit('level-down'),
            preAlarmLowRecovery: limit('level-up'),
            alarmLowRecovery: limit('level-up'),
        }),
    ],
    checks: {
        max: ofLimits('max'),
        alarmLow: ofLimits('alarmLow'),
        preAlarmLow: ofLimits('preAlarmLow'),
        preAlarmHigh: ofLimits('preAlarmHigh'),
        alarmHigh: ofLimits('alarmHigh'),
        hysteresis: ofLimits('hysteresis'),
        alarmLowRecovery: ofLimits('alarmLowRecovery'),
        preAlarmLowRecovery: ofLimits('preAlarmLowRecovery'),
        preAlarmHighRecovery: ofLimits('preAlarmHighRecovery'),
        alarmHighRecovery: ofLimits('alarmHighRecovery'),
    } satisfies Record<LimitsProperty, (own: SensorConfig) => FieldFault | undefined>,
});
