/** Makes an element a button for mouse and keyboard. */
export function pressable(element: JQuery, action: () => void): JQuery {
    return element.attr({ tabindex: 0, role: 'button' }).on('click keydown', (event) => {
        if (event.type === 'keydown' && event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        event.stopPropagation();
        action();
    });
}

/** Draws what is in `container` anew, and leaves the focus on what has the same `data-focus` as before. */
export function redraw(container: JQuery, draw: () => void): void {
    const focused = container[0]?.contains(document.activeElement) ? document.activeElement : undefined;
    const key = focused?.getAttribute('data-focus');
    const top = container.scrollTop() ?? 0;
    draw();
    container.scrollTop(top);
    if (key)
        container
            .find('[data-focus]')
            .filter((_, each) => each.getAttribute('data-focus') === key)
            .trigger('focus');
}
