interface RelayPortRow {
    address?: unknown;
    powerUpDelay?: unknown;
    output?: unknown;
    values?: unknown;
}

/** What the runtime would refuse in a port of a relay module: true, or `delay`, `address` or `values`. */
export function auxPort(
    { address, powerUpDelay, output, values }: RelayPortRow,
    backend: string,
): true | 'delay' | 'address' | 'values' {
    const delay = Number(powerUpDelay || 0);
    if (!(delay >= 0 && delay <= 86400)) return 'delay';
    const text = String(address ?? '').trim();
    if (backend === 'snmp') return snmpPort(text, String(values ?? ''), output === true || output === 'true');
    if (text === '' || backend === 'message' || backend === 'simulated') return true;
    const number = Number(text);
    const most = backend === 'modbus' ? 65535 : Infinity;
    return (Number.isInteger(number) && number >= 0 && number <= most) || 'address';
}

function snmpPort(address: string, values: string, output: boolean): true | 'address' | 'values' {
    const [, closed, open] = /^\s*(-?\d{1,10})\s*\/\s*(-?\d{1,10})\s*$/.exec(values) ?? [];
    const isObject = /^\.?\d+(\.\d+)+$/.test(address);
    if (address !== '' && !isObject && !/^(aux|in|out)[1-4]$/i.test(address)) return 'address';
    if (closed !== undefined && closed !== open) return true;
    const needed = isObject && output;
    return (!needed && values.trim() === '') || 'values';
}
