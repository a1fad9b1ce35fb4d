import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { hostSetting } from '../shared/host';
import { settingNumber } from '../shared/setting-number';
import { SerialModemTransport, TcpModemTransport, type ModemTransport } from './transport';

export type ModemMode = 'auto' | 'pdu' | 'text';

/** What the dialog of `ups-modem` holds. */
export interface ModemConfig {
    transport?: 'serial' | 'tcp';
    path?: string;
    baudRate?: string | number;
    host?: string;
    port?: string | number;
    mode?: ModemMode;
    /** Number of the service centre; empty: the SIM's. */
    serviceCentre?: string;
}

export interface ModemSettings {
    mode: ModemMode;
    serviceCentre: string;
    pin: string;
}

export const MODEM_MODES: readonly ModemMode[] = ['auto', 'pdu', 'text'];

/** @throws UpsError config-missing, config-invalid */
export function readModemSettings(config: ModemConfig, typedPin: string | undefined): ModemSettings {
    const mode = config.mode || 'auto';
    if (!MODEM_MODES.includes(mode)) {
        throw new UpsError('config-invalid', { property: 'mode', value: mode, expected: MODEM_MODES.join(' ') });
    }
    const serviceCentre = (config.serviceCentre ?? '').replace(/[\s()./-]/g, '');
    if (serviceCentre && !/^\+?\d{3,20}$/.test(serviceCentre)) {
        throw new UpsError('config-invalid', {
            property: 'serviceCentre',
            value: serviceCentre,
            expected: '+491710760000',
        });
    }
    const pin = (typedPin ?? '').trim();
    // The PIN itself stays out of the error.
    if (pin && !/^\d{4,8}$/.test(pin)) {
        throw new UpsError('config-invalid', {
            property: 'pin',
            value: '****',
            expected: said('expected.digits', { min: 4, max: 8 }),
        });
    }
    return { mode, serviceCentre, pin };
}

/** @throws UpsError config-missing, config-invalid */
export function modemTransport(config: ModemConfig): ModemTransport {
    if (config.transport === 'tcp') {
        const host = hostSetting('host', config.host);
        if (String(config.port ?? '').trim() === '') throw new UpsError('config-missing', { property: 'port' });
        return new TcpModemTransport(host, settingNumber('port', config.port, 0, 1, 65535, true));
    }
    const path = (config.path ?? '').trim();
    if (!path) throw new UpsError('config-missing', { property: 'path' });
    return new SerialModemTransport(path, settingNumber('baudRate', config.baudRate, 115200, 300, 4_000_000, true));
}
