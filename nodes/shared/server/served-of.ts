import type { NodeAPI } from 'node-red';
import type { ServedSite, ServedUps } from '../../../lib/core/served/served-ups';
import { ServedViews } from '../../../lib/core/served/served-views';
import { onePerFlow, type SiteRuntime } from '../runtime/flow-of';
import { servedMember, type ServedMember } from './served-member';

/** What is told of each UPS, made once for the clients of all servers; it outlives deploys. */
export const servedViews = onePerFlow(({ clock }) => new ServedViews(clock));

/**
 * What every server tells of a UPS now.
 * @param ups the id of its node, or else its name
 * @param member the UPS, if it is known already
 * @returns undefined: nothing is known of it
 */
export function servedOf(
    RED: NodeAPI,
    ups: string,
    member: ServedMember | undefined = servedMember(RED, ups),
): ServedUps | undefined {
    return servedViews(RED).of(ups, member?.unit, servedSite(member?.site));
}

/** What a site says of where it is; what it leaves empty is not said. */
function servedSite({ name, location, contact }: Partial<SiteRuntime> = {}): ServedSite {
    return {
        ...(name && { name }),
        ...(location && { location }),
        ...(contact && { contact }),
    };
}
