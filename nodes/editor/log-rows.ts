import { reveal } from './nodes-of-flow';
import { pressable } from './press';
import { t } from './texts';

export function badge(text: string, title?: string): JQuery {
    const element = $('<span class="ridethrough-badge"></span>').text(text);
    return title === undefined ? element : element.attr('title', title);
}

interface Fold {
    /** Identifies the row among the open ones. */
    key: string;
    open: Set<string>;
    /** Lines beneath the row. */
    lines: readonly string[];
}

/** Makes `item` a row that can be unfolded: its header is the button. */
export function foldable(item: JQuery, { key, open, lines }: Fold, redraw: () => void): JQuery {
    const folded = !open.has(key);
    item.toggleClass('folded', folded);
    const head = item.find('.ridethrough-entry-head');
    pressable(head, () => {
        if (folded) open.add(key);
        else open.delete(key);
        redraw();
    }).attr({ 'aria-expanded': String(!folded), 'data-focus': key });
    $('<i class="fa" aria-hidden="true"></i>')
        .addClass(folded ? 'fa-caret-right' : 'fa-caret-down')
        .prependTo(head)
        .after(' ');
    if (folded || !lines.length) return item;
    return item.append($('<ul></ul>').append(lines.map((line) => $('<li></li>').text(line))));
}

/** The link from a row to its node. */
export function showNode(nodeId: string, key: string): JQuery {
    return pressable($('<a></a>').text(t('sidebar.showNode')), () => reveal(nodeId)).attr('data-focus', `${key} show`);
}
