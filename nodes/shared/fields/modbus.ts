import { choice, host, numberChoice, port, whole, type AllOf, type When } from '../../../lib/core/settings';
import { serialPath } from './serial';

/**
 * The address of a Modbus device: over TCP, or on a serial line. Several nodes may share a line; then its speed is the same for all.
 * @param when the condition under which the node speaks Modbus
 */
export function modbusEndpoint(when: AllOf = {}) {
    const tcp = { ...when, transport: 'tcp' };
    const rtu = { ...when, transport: 'rtu' };
    return {
        transport: choice(['tcp', 'rtu'], { icon: 'exchange', width: 'medium', default: 'tcp', when }),
        host: host({ required: true, example: '192.0.2.10', when: tcp }),
        port: port({ default: 502, when: tcp }),
        path: serialPath({ example: '/dev/ttyS0', when: rtu }),
        baudRate: whole({ icon: 'tachometer', min: 50, max: 4_000_000, default: 9600, when: rtu }),
        parity: choice(['none', 'even', 'odd'], {
            icon: 'check-square-o',
            width: 'medium',
            default: 'none',
            when: rtu,
        }),
        stopBits: numberChoice([1, 2], { icon: 'pause', width: 'short', default: 1, asText: true, when: rtu }),
    };
}

/**
 * The unit id of a Modbus device. On a serial line 0 is a broadcast, which no device answers. @param max over TCP a gateway may have ids
 * above 247
 */
export function modbusUnit({ max, when }: { max: 247 | 255; when?: When }) {
    const bounds = [{ when: { transport: 'rtu' }, min: 1, max: 247 }];
    return whole({ icon: 'hashtag', min: 0, max, bounds, default: 1, when });
}
