import { AUX_DEVICES, AUX_PORTS } from './events';

/** Where a port of a GX_R_AUX is: `2-3` is port 3 of device 2, both from 1. Undefined: the address is none. */
export function gxPortOf(address: string): number | undefined {
    const [, device, port] = /^\s*([1-9])\s*[-.]\s*([1-9])\s*$/.exec(address) ?? [];
    const [d, p] = [Number(device), Number(port)];
    return d <= AUX_DEVICES && p <= AUX_PORTS ? AUX_PORTS * (d - 1) + p - 1 : undefined;
}

/** The address of a port: the other way round. @param index from 0 */
export function gxPortName(index: number): string {
    return `${Math.floor(index / AUX_PORTS) + 1}-${(index % AUX_PORTS) + 1}`;
}
