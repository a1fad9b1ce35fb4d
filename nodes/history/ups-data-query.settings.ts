import { choice, declareNode, list, number, reference, section, text, whole } from '../../lib/core/settings';

export const settings = declareNode({
    type: 'ups-data-query',
    family: 'history',
    ports: { inputs: 1, outputs: ['values'] },
    sections: [
        section('', {
            site: reference('ups-site', { icon: 'building-o' }),
            // Name or id; empty: every source of the site.
            source: text({ icon: 'plug' }),
            quantities: list({ icon: 'line-chart', entry: () => undefined, example: 'charge, load1' }),
            hours: number({ icon: 'clock-o', unit: 'h', min: 0.01, max: 1e6, default: 24 }),
            points: whole({ icon: 'list-ol', min: 2, max: 100_000, default: 1000 }),
            format: choice(['rows', 'table', 'csv'], { icon: 'file-text-o', default: 'rows' }),
        }),
    ],
});
