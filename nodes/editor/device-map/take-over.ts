import { mapFaultTexts, readMap } from '../../../lib/protocols/device-map/check-map';
import { MOST_BYTES, type DeviceMap } from '../../../lib/protocols/device-map/device-map';
import type { MapFault } from '../../../lib/protocols/device-map/map-fault';
import { placesFaults, type Places } from '../../../lib/protocols/device-map/places';
import { button } from '../outcome';
import { sentenceText } from '../sentence-text';
import { t } from '../texts';

interface Shipped {
    id: string;
    name: string;
}

/** So many faults are told at once. */
const MOST_FAULTS = 20;
/** Behind the id of a shipped map, in a copy of it. */
const OWN = '-own';

/** A map in a file, checked whole. */
export function readOwnMap(
    text: string,
    places: Places,
): { map: DeviceMap; faults?: undefined } | { map?: undefined; faults: readonly MapFault[] } {
    const read = readMap(text);
    const others = read.map && placesFaults(read.map, places);
    return others && others.length > 0 ? { faults: others } : read;
}

/**
 * The panel by which a whole map takes the place of the present one: pasted, from a file, or a copy of a shipped one. It is checked first; one with
 * faults is not taken, and each fault is told with its item.
 */
export function takeOverPanel(places: () => Places, take: (map: DeviceMap) => void): { element: JQuery; open(): void } {
    const element = $('<div class="ridethrough-map-panel"></div>').hide();
    const shipped = $('<select></select>').attr('aria-label', t('map.shipped'));
    const file = $('<input type="file" accept=".json,application/json">').attr('aria-label', t('map.file'));
    const json = $('<textarea rows="8" spellcheck="false"></textarea>').attr('aria-label', t('map.json'));
    const faults = $('<ul class="ridethrough-map-faults" role="alert"></ul>').hide();
    const line = (label: string, field: JQuery) => {
        const row = $('<div class="ridethrough-map-source"></div>').appendTo(element);
        $('<span></span>')
            .text(t(`map.${label}`))
            .appendTo(row);
        return row.append(field);
    };
    const shippedRow = line('shipped', shipped);
    line('file', file);
    line('json', json);
    const bar = $('<div class="ridethrough-map-acts"></div>').appendTo(element);
    faults.appendTo(element);

    const show = (found: readonly MapFault[]) => {
        faults.empty().toggle(found.length > 0);
        for (const sentence of mapFaultTexts(found, MOST_FAULTS))
            $('<li></li>').text(sentenceText(sentence)).appendTo(faults);
    };
    const close = () => {
        element.hide();
        json.val('');
        file.val('');
        shipped.val('');
        show([]);
    };
    const fill = (text: string) => {
        json.val(text);
        show([]);
    };

    shipped.on('change', () => {
        const id = String(shipped.val());
        if (id === '') return;
        void $.getJSON(`ridethrough/maps/${places()}/${id}`).done((map: DeviceMap) =>
            fill(JSON.stringify({ ...map, id: `${map.id}${OWN}` }, null, 4)),
        );
    });
    file.on('change', () => {
        const [chosen] = (file[0] as HTMLInputElement).files ?? [];
        if (!chosen) return;
        if (chosen.size > MOST_BYTES) return show([{ rule: 'tooLong', data: { most: MOST_BYTES / 1024 } }]);
        void chosen.text().then(fill);
    });
    button(t('map.act.take'), 'primary')
        .attr('data-act', 'take')
        .on('click', () => {
            const { map, faults: found } = readOwnMap(String(json.val()), places());
            if (!map) return show(found);
            close();
            take(map);
        })
        .appendTo(bar);
    button(t('map.act.cancel')).attr('data-act', 'cancel').on('click', close).appendTo(bar);

    return {
        element,
        open() {
            if (element.is(':visible')) return close();
            element.show();
            if (shipped.children().length === 0) offer(shipped, shippedRow, places());
            json.trigger('focus');
        },
    };
}

/** Fills the choice of shipped maps; it goes where there are none. */
function offer(shipped: JQuery, row: JQuery, places: Places): void {
    row.hide();
    void $.getJSON(`ridethrough/maps/${places}`).done((maps: Shipped[]) => {
        $('<option></option>').val('').text('').appendTo(shipped);
        for (const { id, name } of maps) $('<option></option>').val(id).text(name).appendTo(shipped);
        row.toggle(maps.length > 0);
    });
}
