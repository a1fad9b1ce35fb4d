import type { Clock, TimerHandle } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import type { SnmpDriver } from '../../lib/protocols/snmp/driver';

/**
 * Asks an SNMP device for one object at an interval, through the connection of its `ups-snmp`. A device that does not answer is asked
 * again at the next turn, and is warned of once until it answers.
 * @param oid numeric, with or without a dot before it
 * @returns begins; and returns how to end.
 */
export function pollObject(
    clock: Clock,
    driver: () => SnmpDriver | undefined,
    oid: string,
    intervalMs: number,
    take: (value: unknown) => void,
    warn: (error: unknown) => void,
): () => () => void {
    const object = oid.replace(/^\./, '');
    return () => {
        let timer: TimerHandle;
        let ended = false;
        let warned = false;
        const poll = async () => {
            try {
                const device = driver();
                if (!device) throw new UpsError('config-missing', { property: 'device' });
                const value = await device.readObject(object);
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
