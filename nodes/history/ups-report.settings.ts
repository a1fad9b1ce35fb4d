import {
    choice,
    declareNode,
    number,
    ownFault,
    reference,
    section,
    text,
    tick,
    type FieldFault,
} from '../../lib/core/settings';

const DAY_MINUTES = 24 * 60;

function zoneFault(timeZone: string): FieldFault | undefined {
    try {
        new Intl.DateTimeFormat('en', { timeZone }).format();
        return undefined;
    } catch {
        return ownFault('zone', timeZone);
    }
}

export const settings = declareNode({
    type: 'ups-report',
    family: 'history',
    ports: { inputs: 1, outputs: ['report'] },
    sections: [
        section('', {
            kind: choice(['outage', 'energy', 'quality'], { icon: 'file-text-o', default: 'outage' }),
            // Empty: that of the message, or the only one.
            ups: reference('ups-unit', { icon: 'battery-full' }),
            waitMinutes: number({
                icon: 'hourglass-half',
                unit: 'min',
                min: 0,
                max: DAY_MINUTES,
                default: 5,
                when: { kind: 'outage' },
            }),
            range: choice(['last-month', 'last-week', 'yesterday', 'message'], {
                icon: 'calendar',
                default: 'last-month',
                when: { kind: { not: 'outage' } },
            }),
            // Empty: as the UPS says.
            nominalVoltage: number({
                icon: 'bolt',
                unit: 'V',
                min: 1,
                max: 1000,
                optional: true,
                when: { kind: 'quality' },
            }),
            percent: number({ unit: '%', min: 1, max: 50, default: 10, when: { kind: 'quality' } }),
            output: choice(['mail', 'payload'], { icon: 'share', default: 'mail' }),
            html: tick({ icon: 'paperclip', default: true }),
            csv: tick({ default: true }),
            json: tick({ default: false }),
            // An IANA name; empty means the zone of the machine.
            zone: text({ icon: 'globe', check: zoneFault }),
        }),
    ],
    checks: {
        html: ({ html, csv, json }) => (html || csv || json ? undefined : ownFault('formats')),
    },
});
