import type { Node, NodeAPI, NodeDef } from 'node-red';
import { limitsOfCard } from '../../../lib/core/batteries/card-limits';
import { UpsError } from '../../../lib/core/errors';
import type { CardSettingsReader } from '../device/card-settings';
import { rowsOfLimits, type LimitRow } from '../fields/battery-limits';

/**
 * The limits that the card of a battery tells by SNMP now, as rows of the table of limits.
 * @param id of the `ups-battery`
 * @throws UpsError with a sentence for people: no card, read by Modbus alone, no limits; or why the card was not read
 */
export async function cardLimits(RED: NodeAPI, id: string): Promise<LimitRow[]> {
    const cards: (Node & CardSettingsReader)[] = [];
    RED.nodes.eachNode(({ id: card, type, ...config }: NodeDef & { battery?: string; d?: boolean }) => {
        const node = type === 'ups-bacs' && config.battery === id && !config.d ? RED.nodes.getNode(card) : undefined;
        if (node) cards.push(node as Node & CardSettingsReader);
    });
    if (cards.length === 0) throw refusal('noCard');
    const readers = cards.filter(({ readCardSettings }) => readCardSettings);
    if (readers.length === 0) throw refusal('modbusOnly', { card: nameOf(cards[0]!) });
    let failure: unknown;
    for (const card of readers) {
        try {
            const { limits = {} } = await card.readCardSettings!();
            const rows = rowsOfLimits(limitsOfCard(limits));
            if (rows.length > 0) return rows;
            failure ??= refusal('none', { card: nameOf(card) });
        } catch (error) {
            failure ??= error;
        }
    }
    throw failure;
}

const nameOf = ({ name, type }: Node) => name || type;

function refusal(rule: string, data: Readonly<Record<string, string>> = {}): UpsError {
    return new UpsError('config-invalid', {
        property: 'limits',
        sentence: { key: `ups-battery.cardLimits.${rule}`, data },
    });
}
