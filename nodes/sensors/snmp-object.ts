import type { Clock, TimerHandle } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import type { SnmpDriver } from '../../lib/protocols/snmp/driver';

/**
 * Reads one object of an SNMP device at an interval, through the connection of its `ups-snmp`. A device that does not answer is read again
 * at the next interval; one warning is given until it answers.
 * @param oid numeric, with or without a leading dot
 * @returns starts the polling, and returns a function that ends it
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
