import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { channelOf } from '../../lib/core/status/channels';
import type { Channel } from '../../lib/core/status/status';
import { followReadings } from '../shared/device/device-readings';

/**
 * Passes on a channel with every reading of a device node. A reading without the channel passes on nothing, and a silent device has no readings.
 * The device may be replaced by a deploy.
 * @param name of the channel
 * @param warn called if there is no such node
 * @param missing called with each reading that does not have the channel
 * @returns ends it
 */
export function followChannel(
    RED: NodeAPI,
    device: string,
    name: string,
    warn: (error: unknown) => void,
    take: (channel: Channel) => void,
    missing: () => void = () => {},
): () => void {
    if (!RED.nodes.getNode(device)) warn(new UpsError('config-missing', { property: 'device' }));
    return followReadings(RED, device, ({ channels }) => {
        const channel = channelOf({ channels }, name);
        if (channel) take(channel);
        else missing();
    });
}
