import { CHEMISTRIES, CURRENT_SENSORS, NOMINAL_VOLTAGES } from '../../lib/core/batteries/battery-config';
import { blocksTell } from '../../lib/core/batteries/discharge/config';
import { MOST_MODULES, MOST_STRINGS } from '../../lib/core/batteries/model';
import {
    choice,
    day,
    declareNode,
    list,
    nodeReference,
    number,
    numberChoice,
    ownFault,
    reference,
    seconds,
    section,
    text,
    tick,
    whole,
} from '../../lib/core/settings';
import { batteryLimits, judgesCurrents, type LimitRow } from '../shared/fields/battery-limits';

/** As `DetectionConfig` has them. */
const DETECTION_METHODS = ['automatic', 'ups', 'current', 'card', 'modules'] as const;

const RUNAWAY = { runaway: true } as const;
const offset = (unit: string) => number({ icon: 'sliders', unit, min: -1000, max: 1000, default: 0 });
/** A name may have blanks. */
const lines = (typed: string) =>
    typed
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean);
const minutes = (icon: string, otherwise: number, max = 1440) =>
    number({ icon, unit: 'min', min: 0, max, default: otherwise });

const percent = (icon: string, otherwise: number, max = 1000) =>
    number({ icon, unit: '%', min: 1, max, default: otherwise });
/** A block is watched before it is worse. */
const order = (watch: number, worse: number) => (worse < watch ? ownFault('healthOrder', worse, { watch }) : undefined);

export const settings = declareNode({
    type: 'ups-battery',
    family: 'config',
    nameRequired: true,
    role: {
        source: () => ({ events: ['*'] }),
        eventPrefix: 'blocks-',
    },
    sections: [
        section('', {
            site: reference('ups-site', { icon: 'building-o', required: true }),
            // The UPS that it belongs to: whether it runs on battery, the temperature of the room.
            ups: reference('ups-unit', { icon: 'plug' }),
        }),
        section('blocks', {
            nominalVoltage: numberChoice(NOMINAL_VOLTAGES, { icon: 'battery-full', width: 'short', default: 12 }),
            chemistry: choice(CHEMISTRIES, { icon: 'flask', width: 'medium', default: 'lead-acid' }),
            capacityAh: number({ icon: 'database', unit: 'Ah', min: 1, max: 10_000, optional: true }),
            // Empty: as many as the battery monitor tells.
            modules: whole({ icon: 'th', min: 1, max: MOST_MODULES, optional: true }),
            strings: whole({ icon: 'bars', min: 1, max: MOST_STRINGS, optional: true }),
            stringNames: list({ icon: 'tags', most: MOST_STRINGS, entry: () => undefined, split: lines, lines: 3 }),
            twoJars: tick({ icon: 'clone', default: false, when: { nominalVoltage: '2' } }),
        }),
        section('plate', {
            batteryType: text({ icon: 'industry', most: 100 }),
            installedOn: day({ icon: 'calendar' }),
            contact: text({ icon: 'user', most: 100 }),
            phone: text({ icon: 'phone', most: 50 }),
        }),
        section('measuring', {
            currentSensors: choice(CURRENT_SENSORS, { icon: 'exchange', width: 'medium', default: 'none' }),
            currentMultiplier: number({
                icon: 'times',
                min: 0.01,
                max: 100,
                default: 1,
                when: { currentSensors: 'one' },
            }),
            voltageOffset: offset('V'),
            impedanceOffset: offset('mΩ'),
            temperatureOffset: offset('K'),
            ambient: choice(['none', 'ups', 'sensor'], { icon: 'thermometer-half', width: 'medium', default: 'none' }),
            ambientSensor: nodeReference('ups-sensor', {
                icon: 'thermometer-half',
                required: true,
                when: { ambient: 'sensor' },
            }),
        }),
        section('limits', {
            limits: batteryLimits(),
            alarmDelayMinutes: minutes('clock-o', 0),
            deviationDelayMinutes: minutes('clock-o', 5),
            // Empty: discharges are counted, and no number of them is an event.
            dischargeLimit: whole({ icon: 'sort-numeric-asc', min: 1, max: 100_000, optional: true }),
            impedanceWaitMinutes: minutes('hourglass-half', 60),
            // 0: no baseline is proposed.
            baselineMonths: whole({ icon: 'calendar-check-o', unit: 'months', min: 0, max: 120, default: 6 }),
            staleSeconds: seconds({ icon: 'chain-broken', min: 1, max: 86_400, default: 30 }),
        }),
        section('discharges', {
            detection: choice(DETECTION_METHODS, { icon: 'search', default: 'automatic' }),
            dischargeBelow: number({ icon: 'arrow-down', unit: 'A', min: -100_000, max: -0.01, default: -1 }),
            chargeAbove: number({ icon: 'arrow-up', unit: 'A', min: 0.01, max: 100_000, default: 1 }),
            // Empty: the nominal voltage.
            ratedVoltage: number({ icon: 'bolt', unit: 'V', min: 0.5, max: 100, optional: true }),
            // Empty: that of its chemistry, if it is known.
            chargingVoltage: number({ icon: 'plug', unit: 'V', min: 0.5, max: 100, optional: true }),
            // Empty: that of its chemistry.
            endVoltage: number({ icon: 'battery-empty', unit: 'V', min: 0.5, max: 100, optional: true }),
        }),
        section('health', {
            // Empty: as its chemistry has it, see CAPACITY_MODELS.
            ratedHours: number({ icon: 'hourglass-o', unit: 'h', min: 0.1, max: 240, optional: true }),
            peukert: number({ icon: 'superscript', min: 1, max: 2, optional: true }),
            perKelvin: number({ icon: 'thermometer-half', unit: '%/K', min: 0, max: 5, optional: true }),
            referenceCelsius: number({ icon: 'thermometer-half', unit: '°C', min: -20, max: 60, optional: true }),
            // As HEALTH_LIMITS.
            capacityWatch: percent('battery-three-quarters', 90, 100),
            capacityReplace: percent('battery-quarter', 80, 100),
            impedanceWarning: percent('line-chart', 25),
            impedanceReplace: percent('line-chart', 50),
            aboveStringWatch: percent('bar-chart', 25),
            aboveStringWarning: percent('bar-chart', 50),
            heatWatch: number({ icon: 'thermometer-half', unit: 'K', min: 0.5, max: 50, default: 3 }),
            heatWarning: number({ icon: 'thermometer-half', unit: 'K', min: 0.5, max: 50, default: 6 }),
        }),
        section('runaway', {
            runaway: tick({ icon: 'fire', default: true }),
            // 0: not judged.
            aboveOthers: number({ icon: 'arrows-v', unit: 'K', min: 0, max: 100, default: 8, when: RUNAWAY }),
            aboveAmbient: number({ icon: 'arrows-v', unit: 'K', min: 0, max: 100, default: 12, when: RUNAWAY }),
            highest: number({ icon: 'thermometer-full', unit: '°C', min: 20, max: 150, optional: true, when: RUNAWAY }),
            risePerHour: number({ icon: 'line-chart', unit: 'K/h', min: 0.1, max: 100, default: 1.5, when: RUNAWAY }),
            mostCurrent: number({
                icon: 'exchange',
                unit: 'A',
                min: 0.01,
                max: 100_000,
                optional: true,
                when: RUNAWAY,
            }),
            runawayMinutes: number({ icon: 'clock-o', unit: 'min', min: 0, max: 1440, default: 5, when: RUNAWAY }),
            countdownMinutes: number({
                icon: 'hourglass-end',
                unit: 'min',
                min: 0,
                max: 1440,
                default: 15,
                when: RUNAWAY,
            }),
            inDischarge: choice(['warn', 'count'], { icon: 'pause', default: 'warn', when: RUNAWAY }),
        }),
    ],
    checks: {
        // Without a sensor no current is used, so that nothing of these would ever be told.
        currentSensors: ({ currentSensors, limits }) =>
            currentSensors === 'none' && judgesCurrents(limits as LimitRow[]) ? ownFault('currentSensors') : undefined,
        detection: ({ detection, currentSensors, chemistry, ratedVoltage, chargingVoltage }) => {
            if (detection === 'current' && currentSensors === 'none') return ownFault('currentSensors');
            const isBlind = detection === 'modules' && !blocksTell(chemistry, { ratedVoltage, chargingVoltage });
            return isBlind ? ownFault('blocksTellNothing') : undefined;
        },
        chargingVoltage: ({ nominalVoltage, ratedVoltage = Number(nominalVoltage), chargingVoltage }) =>
            chargingVoltage !== undefined && chargingVoltage <= ratedVoltage
                ? ownFault('chargingVoltage', chargingVoltage, { rated: ratedVoltage })
                : undefined,
        mostCurrent: ({ runaway, mostCurrent, currentSensors }) =>
            runaway && mostCurrent !== undefined && currentSensors !== 'each-string'
                ? ownFault('sensorsEach')
                : undefined,
        strings: ({ modules, strings }) =>
            modules !== undefined && strings !== undefined && modules % strings !== 0
                ? ownFault('strings', strings, { modules })
                : undefined,
        capacityReplace: ({ capacityWatch, capacityReplace }) =>
            capacityReplace > capacityWatch
                ? ownFault('capacityOrder', capacityReplace, { watch: capacityWatch })
                : undefined,
        impedanceReplace: (own) => order(own.impedanceWarning, own.impedanceReplace),
        aboveStringWarning: (own) => order(own.aboveStringWatch, own.aboveStringWarning),
        heatWarning: (own) => order(own.heatWatch, own.heatWarning),
        runaway: ({ runaway, aboveOthers, aboveAmbient, highest, mostCurrent }) =>
            runaway && [aboveOthers, aboveAmbient, highest, mostCurrent].every((each) => !each)
                ? ownFault('runaway')
                : undefined,
    },
});
