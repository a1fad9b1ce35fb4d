import { readSettings } from '../../lib/core/settings';
import type { Cs141Settings } from '../../lib/protocols/cs141/create-driver';
import { settings } from '../../nodes/devices/ups-cs141.settings';

/** What a node with these settings makes its driver with. */
export function cs141Settings(typed: object): Cs141Settings {
    return { ...readSettings(settings, { ups: 'u', ...typed }, typed), tls: undefined };
}
