import type { NodeAPI } from 'node-red';
import { readingOf } from '../device/device-readings';
import { adminRoute } from './admin-route';

/** A channel for the dialog. */
export interface ChannelChoice {
    name: string;
    /** The present value or state, as the device tells it. */
    value?: number | string;
    unit?: string;
    /** The states that it may have, if they are known. */
    states?: readonly string[];
}

/** Adds the endpoint of the list of channels of a deployed device: `channels/<id of its node>`. */
export function serveChannels(RED: NodeAPI): void {
    adminRoute(RED, 'get', 'channels/:id', 'flows.read', (request, response) => {
        response.json(channelsOf(RED, String(request.params.id)));
    });
}

/** The channels of the last reading. A channel without a name is hidden (RMCU manual, "Sensor Setup"). */
function channelsOf(RED: NodeAPI, id: string): ChannelChoice[] {
    const reading = readingOf(RED, id);
    const { channels = {} } = reading?.status ?? {};
    return Object.entries(channels)
        .filter(([name]) => name.trim() !== '')
        .map(([name, { value, state, unit }]) => ({
            name,
            ...(value === undefined && state === undefined ? {} : { value: value ?? state }),
            ...(unit === undefined ? {} : { unit }),
            ...statesIn(reading?.statesOf(name)),
        }));
}

function statesIn(states: readonly string[] | undefined): Pick<ChannelChoice, 'states'> {
    return states === undefined ? {} : { states };
}
