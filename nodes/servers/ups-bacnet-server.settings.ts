import {
    choice,
    declareNode,
    invalid,
    list,
    networkFault,
    ownFault,
    port,
    reference,
    rows,
    secret,
    section,
    seconds,
    text,
    tick,
    whole,
} from '../../lib/core/settings';
import { isIPv4 } from '../../lib/core/addresses/ip';
import { clients, servedAt } from '../shared/fields/server';

const MOST_UPSS = 200;
/** The objects of each UPS begin at its number × 1000; 4194302 is the last instance of BACnet. */
const MOST_NUMBER = 4193;
const WRITES = { writes: true } as const;
const REGISTERS = { bbmd: 'filled' } as const;

const ipv4Fault = (address: string) => (isIPv4(address) ? undefined : ownFault('ipv4', address));

export const settings = declareNode({
    type: 'ups-bacnet-server',
    family: 'servers',
    ports: { inputs: 0, outputs: [] },
    label: ['deviceId'],
    sections: [
        section('', {
            site: reference('ups-site', { icon: 'building-o' }),
            serves: rows(
                {
                    number: whole({ min: 1, max: MOST_NUMBER, default: 1 }),
                    // Name of the UPS, or the id of its ups-unit: Node-RED tracks no references in tables.
                    ups: text({ required: true, example: 'UPS 1' }),
                },
                { icon: 'battery-full', atLeastOne: 'serves', unique: { column: 'number', rule: 'numberTwice' } },
            ),
            unknownAs: choice(['nan', '-1'], { icon: 'question', width: 'medium', default: 'nan' }),
        }),
        section('device', {
            // No default: two devices with one number disturb the whole network.
            deviceId: whole({ icon: 'hashtag', min: 0, max: 4_194_302, required: true }),
            // Empty: Ridethrough and the device ID.
            deviceName: text({ icon: 'tag', most: 64 }),
            // Empty: the names of its UPSs.
            description: text({ icon: 'align-left', most: 200 }),
            // Empty: that of the site.
            location: text({ icon: 'map-marker', most: 200 }),
            modelName: text({ icon: 'cube', most: 64, default: 'Ridethrough' }),
            // None is ours: 65535 is nobody's.
            vendorId: whole({ icon: 'industry', min: 0, max: 65_535, default: 65_535 }),
        }),
        section('who', {
            clients: clients(),
            writes: tick({ icon: 'pencil', default: false, warn: true }),
            // BACnet has no log-in.
            writers: list({ icon: 'user-circle-o', entry: networkFault, example: '192.0.2.20', when: WRITES }),
            shutdownSeconds: seconds({ icon: 'power-off', min: 0, max: 86_400, default: 60, when: WRITES }),
            // Of DeviceCommunicationControl; empty: nobody switches the communication off.
            password: secret({ most: 20 }),
        }),
        section('listen', {
            address: servedAt(),
            port: port({ default: 47_808 }),
            // 0: not known.
            networkNumber: whole({ icon: 'sitemap', min: 0, max: 65_534, default: 0 }),
            apduTimeout: whole({ icon: 'clock-o', min: 500, max: 60_000, default: 3000, unit: 'ms' }),
            // A device in another IP network than its clients registers at their BBMD; empty: it does not.
            bbmd: text({ icon: 'random', example: '192.0.2.1', check: ipv4Fault }),
            bbmdPort: port({ default: 47_808, when: REGISTERS }),
            bbmdSeconds: seconds({ icon: 'refresh', min: 30, max: 65_535, default: 300, when: REGISTERS }),
        }),
    ],
    checks: {
        serves: ({ serves }) =>
            serves.length > MOST_UPSS ? invalid('atMostEntries', serves.length, { max: MOST_UPSS }) : undefined,
        address: ({ address }) => (isIPv4(address) ? undefined : ownFault('ipv4', address)),
    },
});
