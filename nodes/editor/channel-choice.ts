import { isSameUnit } from '../../lib/core/units/convert';
import type { Form } from './form/form';

/** As `channels/<id>` of the admin API tells it. */
export interface ChannelChoice {
    name: string;
    value?: number | string;
    unit?: string;
    /** The states that it may have, if they are known. */
    states?: readonly string[];
}

/** The lists of an open dialog, so that each has an id of its own. */
let lists = 0;

/**
 * Offers, at the field `channel`, the channels of the device in the field `device`, with their present values, if the device is deployed. Any
 * other name can be typed.
 * @param chosen called when a channel of the list is chosen by a person
 * @param found called when the list has come, with each change of the field too: the channel in the field; undefined: it is not in the list
 */
export function channelChoice(
    form: Form,
    chosen?: (channel: ChannelChoice) => void,
    found?: (channel: ChannelChoice | undefined) => void,
): void {
    const input = form.input('channel');
    const id = `ridethrough-channels-${++lists}`;
    const list = $('<datalist></datalist>').attr('id', id).insertAfter(input);
    input.attr({ list: id, autocomplete: 'off' });
    let offered: readonly ChannelChoice[] = [];
    let asked = '';
    const present = () => offered.find(({ name }) => name === input.val());
    const offer = () => {
        const device = String(form.input('device').val() ?? '');
        if (device === asked) return;
        asked = device;
        offered = [];
        list.empty();
        found?.(undefined);
        if (!device) return;
        void $.getJSON(`ridethrough/channels/${encodeURIComponent(device)}`).done((channels: ChannelChoice[]) => {
            if (device !== asked) return;
            offered = channels;
            for (const { name, value = '', unit = '' } of channels)
                $('<option></option>').val(name).text(`${value} ${unit}`.trim()).appendTo(list);
            found?.(present());
        });
    };
    form.input('device').on('change', offer);
    input.on('change', () => {
        const channel = present();
        found?.(channel);
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
