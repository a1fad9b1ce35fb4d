import { choice, declareNode, number, ownFault, reference, section, tick } from '../../lib/core/settings';

export const settings = declareNode({
    type: 'ups-battery-report',
    family: 'batteries',
    ports: { inputs: 1, outputs: ['report'] },
    label: ['battery'],
    sections: [
        section('', {
            battery: reference('ups-battery', { icon: 'th', required: true }),
            kind: choice(['discharge', 'health', 'replacement'], { icon: 'file-text-o', default: 'health' }),
            // Blocks with less capacity are on the replacement list. Empty: as the battery has it.
            leastCapacity: number({
                icon: 'battery-quarter',
                unit: '%',
                min: 1,
                max: 100,
                optional: true,
                when: { kind: { not: 'discharge' } },
            }),
            output: choice(['mail', 'payload'], { icon: 'share', default: 'mail' }),
            html: tick({ icon: 'paperclip', default: true }),
            csv: tick({ default: true }),
            json: tick({ default: false }),
        }),
    ],
    checks: {
        html: ({ html, csv, json }) => (html || csv || json ? undefined : ownFault('formats')),
    },
});
