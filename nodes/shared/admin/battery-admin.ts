import type { Response } from 'express';
import type { NodeAPI } from 'node-red';
import { carryOutOrder } from '../../batteries/battery-orders';
import { healthViewOf } from '../config/battery-health';
import { keptBattery, type UpsBatteryNode } from '../config/battery-of';
import {
    exportedBaseline,
    exportedInventory,
    importBaseline,
    importInventory,
    labelsOf,
    layoutView,
    type KeptBattery,
} from '../config/battery-papers';
import { cardLimits } from '../config/card-limits';
import { editorWords } from '../words/editor-words';
import { wordsOf } from '../words/site-words';
import { errorText } from '../words/texts';
import { adminRoute } from './admin-route';

/**
 * Adds what people read and write of a battery to the admin API, behind `batteries/<id of the ups-battery>/`: `GET inventory.csv` and `baseline.csv`,
 * `POST inventory` and `baseline` (`{text}`, a CSV: `{ok, text}` says what was done, or what is wrong with it), `POST set-baseline` (`{modules}`, `1-10, 17` or empty
 * for all: takes the present impedances), `GET labels` (`?modules=1-10`), `GET layout`, `GET health`,
 * `POST card-limits` (asks the card by SNMP: `{ok, rows}`, or `{ok: false, text}`).
 */
export function serveBatteryPapers(RED: NodeAPI): void {
    const at = (id: unknown, response: Response, answer: (battery: KeptBattery) => unknown) => {
        const battery = keptBattery(RED.nodes.getNode(String(id)) as UpsBatteryNode | null);
        if (battery) answer(battery);
        else response.status(404).json({ error: 'not-found' });
    };
    const file = (name: string, exported: (battery: KeptBattery) => string) =>
        adminRoute(RED, 'get', `batteries/:id/${name}.csv`, 'flows.read', ({ params }, response) =>
            at(params.id, response, (battery) =>
                response.type('text/csv; charset=utf-8').attachment(`ridethrough-${name}.csv`).send(exported(battery)),
            ),
        );
    const write = (
        name: string,
        work: (
            battery: KeptBattery,
            body: Readonly<Record<string, unknown>>,
            by: string,
        ) => { ok: boolean; text: string },
    ) =>
        adminRoute(RED, 'post', `batteries/:id/${name}`, 'flows.write', (request, response) =>
            at(request.params.id, response, (battery) => {
                const { username } = (request as { user?: { username?: string } }).user ?? {};
                try {
                    const body = (request.body ?? {}) as Record<string, unknown>;
                    response.json(work(battery, body, username ?? request.ip ?? ''));
                } catch (error) {
                    response.json({ ok: false, text: errorText(editorWords(RED, request), error) });
                }
            }),
        );
    file('inventory', exportedInventory);
    file('baseline', exportedBaseline);
    write('inventory', (battery, { text }, by) => ({
        ok: true,
        text: importInventory(RED, battery, textOf(text), by),
    }));
    write('baseline', (battery, { text }, by) => ({ ok: true, text: importBaseline(RED, battery, textOf(text), by) }));
    write('set-baseline', ({ battery, site }, { modules }, by) => {
        const { done, text } = carryOutOrder(RED, { battery, site, nodeId: battery.id }, 'baseline', modules, by);
        return { ok: done, text };
    });
    adminRoute(RED, 'post', 'batteries/:id/card-limits', 'flows.write', (request, response) =>
        at(request.params.id, response, ({ battery: { id } }) =>
            cardLimits(RED, id).then(
                (rows) => response.json({ ok: true, rows }),
                (error: unknown) => response.json({ ok: false, text: errorText(editorWords(RED, request), error) }),
            ),
        ),
    );
    adminRoute(RED, 'get', 'batteries/:id/labels', 'flows.read', (request, response) =>
        at(request.params.id, response, (battery) => {
            try {
                response.type('html').send(labelsOf(RED, battery, request.query.modules));
            } catch (error) {
                response
                    .status(409)
                    .type('text/plain; charset=utf-8')
                    .send(errorText(editorWords(RED, request), error));
            }
        }),
    );
    adminRoute(RED, 'get', 'batteries/:id/layout', 'flows.read', ({ params }, response) =>
        at(params.id, response, (battery) => response.json(layoutView(battery, wordsOf(RED, battery.site)))),
    );
    adminRoute(RED, 'get', 'batteries/:id/health', 'flows.read', ({ params }, response) =>
        at(params.id, response, (battery) => response.json(healthViewOf(RED, battery))),
    );
}

const textOf = (text: unknown) => (typeof text === 'string' ? text : '');
