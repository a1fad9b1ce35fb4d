import { declareNode, list, nodeReference, seconds, section } from '../../lib/core/settings';
import { edgelessSection } from '../shared/fields/job';
import { entriesIn, firstOf } from '../shared/fields/job-label';

export const settings = declareNode({
    type: 'ups-nut-fsd',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label: ({ names }) => {
        const first = firstOf(entriesIn(names));
        return first ? `FSD → ${first}` : '';
    },
    // The flag goes with the event.
    role: { job: ({ names }) => ({ kind: 'action', does: 'off', to: names, edge: 'both', ends: true }) },
    sections: [
        section('', {
            server: nodeReference('ups-nut-server', { icon: 'server', required: true }),
            names: list({
                icon: 'sitemap',
                required: true,
                most: 200,
                entry: () => undefined,
                example: 'stage1',
                width: 'medium',
            }),
            waitSeconds: seconds({ icon: 'hourglass-half', min: 0, max: 3600, default: 15 }),
        }),
        edgelessSection(),
    ],
});
