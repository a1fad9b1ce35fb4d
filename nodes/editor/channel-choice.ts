import { isSameUnit } from '../../lib/core/units/convert';
import type { Form } from './form/form';

/** As `channels/<id>` of the admin API tells it. */
interface ChannelChoice {
    name: string;
    value?: number | string;
    unit?: string;
}

/** The lists of an open dialog, so that each has an id of its own. */
let lists = 0;

/**
 * Offers, at the field `channel`, the channels of the device in the field `device`, with their present values, if the device is deployed. Any
 * other name can be typed.
 * @param chosen called when a channel of the list is chosen by a person
 */
export function channelChoice(form: Form, chosen?: (channel: ChannelChoice) => void): void {
    const input = form.input('channel');
    const id = `ridethrough-channels-${++lists}`;
    const list = $('<datalist></datalist>').attr('id', id).insertAfter(input);
    input.attr({ list: id, autocomplete: 'off' });
    let offered: readonly ChannelChoice[] = [];
    let asked = '';
    const offer = () => {
        const device = String(form.input('device').val() ?? '');
        if (device === asked) return;
        asked = device;
        offered = [];
        list.empty();
        if (!device) return;
        void $.getJSON(`ridethrough/channels/${encodeURIComponent(device)}`).done((channels: ChannelChoice[]) => {
            if (device !== asked) return;
            offered = channels;
            for (const { name, value = '', unit = '' } of channels)
                $('<option></option>').val(name).text(`${value} ${unit}`.trim()).appendTo(list);
        });
    };
    form.input('device').on('change', offer);
    input.on('change', () => {
        const channel = offered.find(({ name }) => name === input.val());
        if (channel) chosen?.(channel);
    });
    offer();
}

/** Puts the unit of a channel into the field `unit`, unless that means the same. */
export function takeUnit(form: Form, { unit }: ChannelChoice): void {
    const input = form.input('unit');
    if (!unit || isSameUnit(unit, String(input.val() ?? ''))) return;
    input.val(unit).trigger('change');
}
