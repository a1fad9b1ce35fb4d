import { choice, declareNode, list, number, reference, section, text, tick, whole } from '../../lib/core/settings';

export const settings = declareNode({
    type: 'ups-log-query',
    family: 'history',
    ports: { inputs: 1, outputs: ['entries'] },
    sections: [
        section('', {
            site: reference('ups-site', { icon: 'building-o' }),
            // 0: of any age.
            hours: number({ icon: 'clock-o', unit: 'h', min: 0, max: 1e6, default: 24 }),
            most: whole({ icon: 'list-ol', min: 1, max: 100_000, default: 1000 }),
            format: choice(['rows', 'csv'], { icon: 'file-text-o', default: 'rows' }),
        }),
        section('filter', {
            level: choice(['info', 'warning', 'alarm', 'error'], { icon: 'flag', default: 'info', width: 'medium' }),
            kind: choice(['all', 'event', 'job', 'log', 'system'], { icon: 'tags', default: 'all', width: 'medium' }),
            source: text({ icon: 'plug' }),
            events: list({ icon: 'bolt', entry: () => undefined, example: 'power-fail, battery-low' }),
            text: text({ icon: 'search' }),
            ofEvent: tick({ icon: 'link', default: false }),
            // Sites may share a directory, and so a log.
            ofSite: tick({ icon: 'building-o', default: false }),
        }),
    ],
});
