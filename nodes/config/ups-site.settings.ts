import {
    choice,
    declareNode,
    invalid,
    number,
    ownFault,
    seconds,
    section,
    special,
    text,
    whole,
} from '../../lib/core/settings';
import { asFlag } from '../../lib/core/plain-values';

/**
 * A new site has no value, so that its dialog asks for one. A flow without a value is armed. A value that cannot be read, such as an empty
 * variable or one that does not exist, is a dry run: a test that really shuts everything down is worse than a missing shutdown that was
 * reported.
 */
const dryRun = special<boolean>({
    icon: 'eye',
    initial: '',
    empty: { value: false },
    wrong: true,
    isEmpty: (raw) => raw === undefined || raw === null,
    read(raw, _sibling, stored) {
        const value = asFlag(raw);
        if (value !== undefined) return { value };
        return { fault: stored && raw === '' ? ownFault('dryRun') : invalid('tick', raw) };
    },
    schema: { type: ['boolean', 'string', 'number', 'null'], default: false },
});

/** The list of languages is only known when the runtime has looked for them. */
const language = special<string>({
    icon: 'language',
    initial: '',
    empty: { value: '' },
    read: (raw) => (typeof raw === 'string' ? { value: raw.trim() } : { fault: invalid('text', raw) }),
    schema: { type: ['string', 'null'] },
});

export const settings = declareNode({
    type: 'ups-site',
    family: 'config',
    nameRequired: true,
    sections: [
        section('', {
            location: text({ icon: 'map-marker' }),
            contact: text({ icon: 'user' }),
            temperatureUnit: choice(['C', 'F'], { icon: 'thermometer-half', width: 'medium', default: 'C' }),
            // RMCU manual, "Miscellaneous Settings"; empty: values are shown as they come.
            significantDigits: whole({ icon: 'sort-numeric-asc', min: 1, max: 9, optional: true }),
            language,
        }),
        section('records', {
            // Relative to the user directory; empty means `ridethrough`.
            directory: text({ icon: 'folder-open-o' }),
            whenInUse: choice(['watch', 'work'], { icon: 'clone', default: 'watch' }),
            dataLogSeconds: seconds({ icon: 'line-chart', min: 0, max: 86_400, default: 180 }),
            // Of sensors, contacts and outputs (RMCU manual, "Logging": periodically, on alarms, both or none).
            sourceLog: choice(['ups', 'interval', 'alarm', 'both', 'off'], {
                icon: 'thermometer-half',
                default: 'ups',
            }),
            sourceLogMinutes: whole({
                icon: 'refresh',
                unit: 'min',
                min: 1,
                max: 60,
                default: 15,
                when: { sourceLog: ['interval', 'both'] },
            }),
            // CS141 manual, "Logfiles": three months in the active log, up to nine with its archives.
            logMonths: whole({ icon: 'calendar', unit: 'months', min: 1, max: 120, default: 3 }),
            archiveMonths: whole({ icon: 'archive', unit: 'months', min: 0, max: 600, default: 6 }),
            logEntries: whole({ icon: 'list-ol', min: 1000, max: 1_000_000, default: 100_000 }),
        }),
        section('history', {
            fineDays: whole({ icon: 'area-chart', min: 1, max: 36_500, default: 400 }),
            // In years; 0 = for ever.
            quarterYears: number({ icon: 'bar-chart', min: 0, max: 100, default: 5 }),
            hourYears: number({ icon: 'bar-chart', min: 0, max: 100, default: 0 }),
            recordingYears: number({ icon: 'film', min: 0, max: 100, default: 5 }),
        }),
        section('rehearsal', { dryRun }),
    ],
});
