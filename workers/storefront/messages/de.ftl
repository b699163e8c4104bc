### Deutsch.

## Wie Zahlen, Geld und Tage geschrieben werden
number-group = .
number-decimal = ,
money-pattern = { $amount }{"\u00a0"}{ $symbol }
day = { $day }. { $month } { $year }
day-and-time = { $day }. { $month } { $year }, { $time } Uhr UTC
month--1 = Januar
month--2 = Februar
month--3 = März
month--4 = April
month--5 = Mai
month--6 = Juni
month--7 = Juli
month--8 = August
month--9 = September
month--10 = Oktober
month--11 = November
month--12 = Dezember

## Jede Seite
language-name = Deutsch
title = { $page } – Meridian
skip = Zum Inhalt
nav-shop = Laden
nav-all = Alles
nav-categories = Uhren und mehr
nav-makers = Häuser
nav-tools = Sprache, Konto und Warenkorb
breadcrumb = Wo Sie sind
search-label = Im Laden suchen
search = Suchen
sign-in = Anmelden
account = Ihr Konto
orders = Ihre Bestellungen
cart = Warenkorb
pieces = { $count ->
    [one] Stück
   *[other] Stück
}
footer-you = Sie
footer-language = Sprache
footer-currency = Preise in
footer-show = Zeigen
footer-about = Meridian verkauft Uhren von Häusern, die alle erfunden sind, und der Laden ist es auch.
optional = freiwillig
change = Ändern
remove-filter = Entfernen:
errors-heading = { $count ->
    [one] Eines stimmt noch nicht
   *[other] { $count } Angaben stimmen noch nicht
}

## Startseite
home-title = Uhren, die das Aufziehen lohnen
home-lead = Kleine Häuser, von einer Werkstatt in Bergen bis zu elf Leuten an einer Werkbank im Jura. Manche ziehen sich selbst auf, manche bitten Sie darum, und ein paar leben vom Licht.
home-all = Alles ansehen
home-makers = Wer sie baut
home-new = Gerade eingetroffen
home-new-all = Alles Neue
home-kinds = Wofür ist sie?

## Listen
listing-found = { $count ->
    [one] Eines gefunden
   *[other] { $count } gefunden
}
listing-found-many = Mehr als { $count } gefunden
listing-searched = Ergebnisse für „{ $words }“
listing-corrected = Nichts heißt „{ $words }“. Diese heißen „{ $instead }“.
listing-filter = Auswählen
listing-chosen = { $count } gewählt
listing-chosen-label = Was Sie gewählt haben
listing-price = Preis in { $currency }
listing-from = Von
listing-to = Bis
listing-in-stock = Nur was da ist
listing-show = Zeigen
listing-sort = Ordnen nach
listing-sort-do = Ordnen
sort--relevance = Wie gut es passt
sort--price = Preis, niedrigster zuerst
sort--price-descending = Preis, höchster zuerst
sort--newest = Neueste
sort--name = Name
listing-remove-all = Alles entfernen
listing-next = Nächste Seite
listing-pages = Seiten
listing-empty = Nichts passt zu alledem
listing-empty-hint = Nehmen Sie eines davon weg, oder suchen Sie etwas anderes.
facet-brand = Haus
facet-category = Art
products-counted = { $count ->
    [one] Artikel
   *[other] Artikel
}
from-price = Ab { $price }
sold-out = Ausverkauft

## Ein Artikel
price-before = Vorher:
price-now = Jetzt:
tax-included = Steuern enthalten
tax-excluded = Zuzüglich Steuer, je nach Ziel
few-left = Nur noch wenige da
in-stock = Vorrätig
quantity = Menge
add-to-cart = In den Warenkorb
in-figures = In Zahlen
weight = Gewicht
choose-version = Ausführung
not-in-currency = In { $currency } nicht zu kaufen.

## Warenkorb
cart-title = Ihr Warenkorb
cart-added = Es liegt in Ihrem Warenkorb.
cart-further = Weiter umsehen
cart-lines = Was darin liegt
cart-each = je { $price }
cart-change-of = der Menge von { $title }
cart-other-currency = Dieser Warenkorb ist in { $currency }. Ist er leer, ist der nächste in der Währung, in der Sie Preise sehen.
cart-remove = Entfernen
cart-sum-label = Versand und Summe
cart-total = Summe
cart-goods = Waren
cart-discount = Nachlass
cart-tax = Steuer
cart-free = Kostenlos
cart-contains-tax = Enthält { $tax } Steuern.
cart-checkout = Zur Kasse
cart-blocked = Etwas weiter oben steht noch im Weg.
cart-where = Wohin?
cart-work-out = Summe ausrechnen
cart-empty = Ihr Warenkorb ist leer
cart-empty-hint = Was Sie hineinlegen, bleibt 30 Tage. Es geht also nichts verloren, wenn Sie sich erst umsehen.
line--unavailable = Das wird nicht mehr verkauft. Entfernen Sie es, um weiterzukommen.
line--out-of-stock = Das ist ausverkauft. Entfernen Sie es, um weiterzukommen.
line-insufficient-stock = { $count ->
    [one] Nur noch eines ist da.
   *[other] Nur noch { $count } sind da.
}
line-price-changed = Es kostete { $before }, als Sie es hineinlegten, und kostet jetzt { $now }. Sie zahlen das nur, wenn Sie weitergehen.
cart-problem--destination-not-served = In dieses Land schicken wir nichts.
cart-problem--region-required = Nennen Sie den Bundesstaat oder die Provinz: Davon hängt die Steuer ab.
cart-problem--shipping-option-unavailable = Der gewählte Versand bringt diese Waren nicht dorthin.

## Anschriften
country = Land
region = Bundesstaat oder Provinz
postal-code = Postleitzahl
city = Ort
name = Name
line1 = Straße und Hausnummer
line2 = Wohnung, Stockwerk, Firma
phone = Telefon
phone-hint = Nur wer ausliefert, sieht es.
email = E-Mail
email-hint = Für die Bestätigung, und wenn das Paket losgeht.

## Kasse
checkout = Kasse
step-address = Anschrift
step-shipping = Versand
step-payment = Zahlung
step-review = Prüfen
step-done = (erledigt)
checkout-address-title = Wohin dürfen wir es schicken?
checkout-account = Sie haben ein Konto?
checkout-account-rest = Sie können auch ohne bestellen.
checkout-to-shipping = Weiter zum Versand
checkout-shipping-title = Wie soll es reisen?
checkout-shipping-to = An
checkout-shipping = Versand
checkout-to-payment = Weiter zur Zahlung
checkout-payment-title = Wie möchten Sie zahlen?
checkout-pay-with = Zahlen mit
checkout-provider = Dieser Laden läuft mit einem Testanbieter, es wird also keine Karte belastet. Sonst steht hier das Formular eines echten Anbieters: Wir sehen nie eine Kartennummer.
checkout-no-provider = Hier ist kein Zahlungsanbieter eingerichtet, es kann also nichts bestellt werden.
method--pm-card-visa = Testkarte, Visa
method-hint--pm-card-visa = Geht durch
method--pm-card-authenticationrequired = Testkarte, die erst nachfragt
method-hint--pm-card-authenticationrequired = Die Bank möchte von Ihnen hören
method--pm-card-chargedeclined = Testkarte, abgelehnt
method-hint--pm-card-chargedeclined = Geht nicht durch
checkout-to-review = Weiter zum Prüfen
checkout-review-title = Stimmt alles?
checkout-send-to = Lieferung an
checkout-bill-to = Rechnung an
checkout-same-address = Dieselbe Anschrift
checkout-binding = Hiermit bestellen Sie zahlungspflichtig. Wir halten die Stücke für Sie zurück, während gezahlt wird.
checkout-order = Zahlungspflichtig bestellen: { $total }
checkout-your-order = Ihre Bestellung
days = { $count ->
    [one] ein Werktag
   *[other] { $count } Werktage
}
days-range = { $from } bis { $to } Werktage
shipping--standard = Standard, mit Sendungsnummer
shipping--express = Express, versichert
checkout-changed = Etwas hat sich geändert, während Sie hier waren. Sehen Sie Ihren Warenkorb noch einmal an, bevor Sie bestellen.
checkout-declined = Ihre Bank hat der Zahlung nicht zugestimmt. Es wurde nichts belastet; wählen Sie einen anderen Weg.
checkout-out-of-stock = Jemand war schneller: Nicht alles ist noch da. Es wurde nichts belastet.

## Bestellungen
order-title = Bestellung { $number }
order-thanks = Vielen Dank
order-thanks-lead = Wir haben Ihre Bestellung und Ihre Zahlung. Eine Bestätigung ist unterwegs an { $email }, und wir schreiben wieder, wenn das Paket losgeht.
order-wait-lead = Wir arbeiten an Ihrer Bestellung. Diese Seite weiß, wann sie durch ist.
order-look-again = Nachsehen, was es Neues gibt
order-failed = Aus dieser Bestellung ist nichts geworden, und es wurde nichts belastet.
order-what = Was Sie bestellt haben
order-parcels = Pakete
order-parcel = Paket { $number }
order-on-its-way = Unterwegs
order-delivered = Angekommen
order-tracking = Sendungsnummer
order-refunds = Erstattungen
order-refund-day = Tag
order-refund-state = Stand
order-refund-amount = Betrag
order-so-far = Bisher
order-cost = Was es kostet
order-refunded = Erstattet
order-where = Wohin es geht
order-cancel = Diese Bestellung stornieren
order-cancel-hint = Die Stücke gehen zurück, und Ihr Geld auch. Ist das erste Paket unterwegs, geht es nicht mehr.
order-status--pending = In Arbeit
order-status--awaiting-payment = Wartet auf Ihre Bank
order-status--placed = Aufgenommen
order-status--completed = Abgeschlossen
order-status--cancelled = Storniert
order-status--failed = Nicht zustande gekommen
fulfillment--partially-fulfilled = Zum Teil verschickt
fulfillment--fulfilled = Verschickt
fulfillment--delivered = Angekommen
fulfillment--returned = Zurückgeschickt
payment--partially-refunded = Zum Teil erstattet
payment--refunded = Erstattet
refund--pending = Unterwegs
refund--succeeded = Erstattet
refund--failed = Hat nicht geklappt
event--order-received = Ihre Bestellung ist bei uns eingegangen.
event--stock-committed = Stücke wurden für Sie zurückgelegt.
event--payment-requires-action = Ihre Bank möchte von Ihnen hören.
event--payment-authorized = Ihre Bank hat der Zahlung zugestimmt.
event--payment-captured = Ihre Zahlung ist eingegangen.
event--order-placed = Ihre Bestellung ist aufgenommen.
event--cancel-requested = Es wurde darum gebeten, die Bestellung zu stornieren.
event--payment-deadline-passed = Die Zeit für die Zahlung ist um.
event--payment-voided = Die Zahlung wurde aufgegeben.
event--order-cancelled = Die Bestellung wurde storniert.
event--order-shipped = Ein Paket ist losgegangen.
event--shipment-delivered = Ein Paket ist angekommen.
event--refund-requested = Eine Erstattung wurde veranlasst.
event--refund-succeeded = Eine Erstattung wurde gezahlt.
event--refund-failed = Eine Erstattung hat nicht geklappt.
bank-title = Ihre Bank fragt nach
bank-lead = Bevor { $total } abgebucht werden, möchte Ihre Bank wissen, dass Sie es sind. Eine echte Bank fragt auf ihre Weise; diese nimmt Sie beim Wort.
bank-yes = Ja, ich bin es
bank-no = Nein, Zahlung abbrechen
orders-empty = Noch keine Bestellungen
orders-empty-hint = Wenn Sie etwas bestellen, steht es hier.
order-number = Nummer
order-day = Tag
order-total = Summe
order-state = Stand

## Anmelden
sign-in-title = Anmelden
password = Passwort
sign-in-forgotten = Passwort vergessen?
sign-in-new = Neu hier?
make-account = Konto anlegen
sign-in-code = Code
sign-in-code-hint = Sechs Ziffern aus Ihrer App oder einer Ihrer Wiederherstellungscodes. Nur wenn Ihr Konto danach fragt.
sign-out = Abmelden
sign-up-title = Konto anlegen
password-hint = Mindestens 12 Zeichen. Am besten ein paar Wörter, die nur Ihnen etwas sagen.
sign-up-have = Sie haben schon ein Konto?
forgotten-title = Passwort vergessen?
forgotten-lead = Nennen Sie uns Ihre Adresse, und wir schicken Ihnen einen Link, mit dem Sie ein neues wählen.
forgotten-send = Link schicken
forgotten-sent-title = Sehen Sie in Ihr Postfach
forgotten-sent = Gibt es ein Konto mit { $email }, dann ist ein Link dorthin unterwegs. Er gilt 30 Minuten.
reset-title = Neues Passwort wählen
reset-done = Ihr Passwort ist geändert, und wo immer Sie angemeldet waren, sind Sie es nicht mehr. Melden Sie sich mit dem neuen an.
new-password = Neues Passwort
link-token = Code aus der Mail
link-token-hint = Er steht schon da, wenn Ihr Browser Skripte ausführt; sonst fügen Sie ein, was im Link hinter dem # steht.
reset-do = Passwort setzen
verify-title = Ist das Ihre Adresse?
verify-lead = Noch ein Klick, und wir wissen, dass Mails Sie erreichen.
verify-do = Ja, es ist meine
verify-done-title = Vielen Dank
verify-done = Ihre Adresse ist bestätigt.
account-hello = Guten Tag, { $name }
account-mail = Ihre Mails gehen an { $email }.
account-unproven = Ihre Adresse ist noch nicht bestätigt: Sehen Sie nach unserer Mail.
account-details = Ihre Angaben
account-all-orders = Alle Bestellungen

## Was schiefgeht
not-found-title = Hier ist nichts
not-found-lead = Die Seite ist umgezogen, oder es gab sie nie. Was wir verkaufen, ist von hier aus zu erreichen.
error-title = Bei uns ist etwas schiefgegangen
error-lead = Es liegt nicht an Ihnen. Versuchen Sie es gleich noch einmal; verloren ist nichts.
unavailable-title = Wir sind außer Atem
unavailable-lead = Versuchen Sie es gleich noch einmal.
forbidden-title = Bitte noch einmal
forbidden-lead = Dieses Formular war lange offen, oder es kam nicht von unserer Seite. Laden Sie die Seite neu und schicken Sie es noch einmal ab.
refused-title = Das hat nicht geklappt
request-number = Wenn Sie uns deswegen schreiben, nennen Sie diese Nummer:
to-shop = Zum Laden
field--required = Bitte ausfüllen.
field--invalid-email = Das ist keine E-Mail-Adresse.
field--too-short = Das ist zu kurz.
field--too-long = Das ist zu lang.
field--common-password = Dieses benutzen zu viele. Wählen Sie ein anderes.
field--destination-not-served = In dieses Land schicken wir nichts.
field--region-required = Nennen Sie den Bundesstaat oder die Provinz: Davon hängt die Steuer ab.
field--unknown-region = Diesen Bundesstaat kennen wir nicht.
field--invalid-country = Wählen Sie ein Land.
field--out-of-range = Wählen Sie 1 bis 99.
field--unauthorized = Melden Sie sich erst an Ihrem Konto an, und öffnen Sie den Link dann noch einmal.
field--link-not-valid = Dieser Link gilt nicht mehr. Fordern Sie einen neuen an.
field-wrong = Das stimmt nicht.
refusal--invalid-credentials = Adresse und Passwort gehören nicht zusammen, oder der Code stimmt nicht.
refusal--second-factor-required = Ihr Konto fragt auch nach einem Code. Geben Sie Ihr Passwort noch einmal ein, mit dem Code.
refusal--too-many-tries = Zu viele Versuche. Warten Sie ein paar Minuten, und versuchen Sie es dann noch einmal.
refusal--rate-limited = Zu viele Versuche. Warten Sie eine Minute, und versuchen Sie es dann noch einmal.
refusal--email-taken = Zu dieser Adresse gibt es schon ein Konto. Melden Sie sich an, oder wählen Sie ein neues Passwort.
refusal--card-data-refused = Das sieht nach einer Kartennummer aus. Geben Sie hier nie eine ein.
refusal--cart-full = Ein Warenkorb hat Platz für 50 verschiedene Dinge.
refusal--already-fulfilled = Ein Paket ist schon unterwegs, stornieren geht also nicht mehr.
refusal--forbidden = Dieses Konto ist geschlossen.
refusal--link-not-valid = Dieser Link gilt nicht mehr. Fordern Sie einen neuen an.
refusal--unknown-sku = Das wird nicht mehr verkauft.
refusal--checkout-in-progress = Eine Bestellung hat diesen Warenkorb gerade, er lässt sich also nicht ändern.
refusal--already-ordered = Dieser Warenkorb wird schon bestellt.

## Länder, wie Unicode CLDR sie nennt
country--ae = Vereinigte Arabische Emirate
country--at = Österreich
country--au = Australien
country--be = Belgien
country--bg = Bulgarien
country--br = Brasilien
country--ca = Kanada
country--ch = Schweiz
country--cl = Chile
country--cy = Zypern
country--cz = Tschechien
country--de = Deutschland
country--dk = Dänemark
country--ee = Estland
country--es = Spanien
country--fi = Finnland
country--fr = Frankreich
country--gb = Vereinigtes Königreich
country--gr = Griechenland
country--hk = Sonderverwaltungsregion Hongkong
country--hr = Kroatien
country--hu = Ungarn
country--ie = Irland
country--il = Israel
country--im = Isle of Man
country--is = Island
country--it = Italien
country--jp = Japan
country--kr = Südkorea
country--kw = Kuwait
country--li = Liechtenstein
country--lt = Litauen
country--lu = Luxemburg
country--lv = Lettland
country--mc = Monaco
country--mt = Malta
country--mx = Mexiko
country--my = Malaysia
country--nl = Niederlande
country--no = Norwegen
country--nz = Neuseeland
country--pl = Polen
country--pt = Portugal
country--qa = Katar
country--ro = Rumänien
country--sa = Saudi-Arabien
country--se = Schweden
country--sg = Singapur
country--si = Slowenien
country--sk = Slowakei
country--th = Thailand
country--tw = Taiwan
country--us = Vereinigte Staaten
country--za = Südafrika
