import type { Clock, TimerHandle } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import type { SnmpDriver } from '../../lib/protocols/snmp/driver';

const OID = /^\.?\d+(\.\d+)+$/;

/**
 * Asks an SNMP device for one object at an interval, through the connection of its `ups-snmp`. A device that does not answer is asked
 * again at the next turn, and is warned of once until it answers.
 * @returns begins; and returns how to end.
 * @throws UpsError config-invalid
 */
export function pollObject(
    clock: Clock,
    driver: () => SnmpDriver | undefined,
    oid: string | undefined,
    intervalMs: number,
    take: (value: unknown) => void,
    warn: (error: unknown) => void,
): () => () => void {
    const object = (oid ?? '').trim();
    if (!OID.test(object)) {
        throw new UpsError('config-invalid', { property: 'oid', value: object, expected: '1.3.6.1.2.1.33.1.12.1.1.0' });
    }
    return () => {
        let timer: TimerHandle;
        let ended = false;
        let warned = false;
        const poll = async () => {
            try {
                const device = driver();
                if (!device) throw new UpsError('config-missing', { property: 'device' });
                const value = await device.readObject(object.replace(/^\./, ''));
                if (value === undefined || value === null) {
                    throw new UpsError('not-supported', { device: device.host, command: object });
                }
                warned = false;
                if (!ended) take(value);
            } catch (error) {
                if (!warned && !ended) warn(error);
                warned = true;
            }
            if (!ended) timer = clock.setTimeout(() => void poll(), intervalMs);
        };
        void poll();
        return () => {
            ended = true;
            clock.clearTimeout(timer);
        };
    };
}
