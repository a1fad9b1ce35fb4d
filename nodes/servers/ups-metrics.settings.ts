import { declareNode, ownFault, reference, secret, section, text } from '../../lib/core/settings';
import { clients } from '../shared/fields/server';

/** Segments of unreserved characters (RFC 3986, section 2.3), so that no reader writes it in another way. */
const PATH = /^(\/[A-Za-z0-9._~-]+)+$/;
/** Paths that others have. */
const TAKEN = /^\/(ridethrough\/api|ups_metrics)(\/|$)/;

export const settings = declareNode({
    type: 'ups-metrics',
    family: 'servers',
    label: ['path'],
    sections: [
        section('', {
            // Empty: all sites.
            site: reference('ups-site', { icon: 'building-o' }),
            path: text({
                icon: 'link',
                default: '/ridethrough/metrics',
                most: 200,
                check: (typed) => (PATH.test(typed) && !TAKEN.test(typed) ? undefined : ownFault('path', typed)),
            }),
        }),
        section('who', {
            clients: clients(),
            // Empty: none is needed.
            token: secret(),
        }),
    ],
});
