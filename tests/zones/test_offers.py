"""Offers: a narration that waits for the visitor's button."""

from tests.zones.plans import floor_plan
from tests.zones.walks import Visitor, told
from zones.model import Gap

ROOMS = told(floor_plan("A B . C", cell=5.0), seconds=60)
OFFERS = told(floor_plan("A B . C", cell=5.0, A={"mode": "offer"}), seconds=60)


class TestOffers:
    def test_accepted(self) -> None:
        """A zone of mode `offer` chimes once and waits for the button."""
        visitor = Visitor(OFFERS, x=2.5, y=2.5).stands(20)
        assert (visitor.heard, visitor.offer, visitor.playing) == (["offer A"], "A", None)
        assert visitor.said == ("none", "dwell_met")

        visitor.presses("play")
        assert visitor.heard == ["offer A", "start A"]
        assert visitor.said == ("start", "offer_accepted")
        assert visitor.offer is None

    def test_accepted_by_its_number(self) -> None:
        """Typing the number of what is on offer is taking it."""
        visitor = Visitor(OFFERS, x=2.5, y=2.5).stands(5)
        visitor.presses("play", "A")

        assert visitor.said == ("start", "offer_accepted")

    def test_another_number_instead(self) -> None:
        """Typing another number withdraws the offer."""
        visitor = Visitor(OFFERS, x=2.5, y=2.5).stands(5)
        visitor.presses("play", "C")

        assert (visitor.heard, visitor.offer) == (["offer A", "start C"], None)

    def test_leaving_withdraws(self) -> None:
        """Who walks on is not offered it any more."""
        visitor = Visitor(OFFERS, x=2.5, y=2.5).stands(5).walks(12.5).stands(5)

        assert (visitor.heard, visitor.offer) == (["offer A"], None)

    def test_a_stray_fix_does_not_chime_again(self) -> None:
        """One fix outside neither withdraws the offer nor makes it chime again."""
        visitor = Visitor(OFFERS, x=4, y=2.5).stands(5)
        visitor.appears(6, 2.5).polls()
        visitor.appears(4, 2.5).stands(10)

        assert (visitor.heard, visitor.offer) == (["offer A"], "A")

    def test_expires(self) -> None:
        """Not taken for a minute, the offer lapses, and is not made again in this stay."""
        visitor = Visitor(OFFERS, x=2.5, y=2.5).stands(200)

        assert (visitor.heard, visitor.offer) == (["offer A"], None)
        lapsed = next(each for each in visitor.decisions if each.reason == "queue_expired")
        assert lapsed.changes
        assert lapsed.at - visitor.decisions[2].at == 60_000

    def test_expires_without_a_position(self) -> None:
        """The minute runs on while the radio is silent."""
        visitor = Visitor(OFFERS, x=2.5, y=2.5).stands(5).waits(70)

        assert visitor.offer is None

    def test_turned_down(self) -> None:
        """Skip turns an offer down."""
        visitor = Visitor(OFFERS, x=2.5, y=2.5).stands(5)
        visitor.presses("skip")
        visitor.stands(30)

        assert (visitor.heard, visitor.offer) == (["offer A"], None)

    def test_visit_of_offers(self) -> None:
        """A visitor who wants offers only gets offers from every zone."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5)
        visitor.chooses("offer")
        visitor.stands(5).walks(7.5).stands(5)

        assert visitor.heard == ["offer A", "offer B"]

    def test_no_release_for_an_offer(self) -> None:
        """In a visit of offers a narration that was accepted goes to its end; then comes the next offer."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5)
        visitor.chooses("offer")
        visitor.stands(5)
        visitor.presses("play")
        visitor.walks(7.5).stands(70)

        assert visitor.heard[:3] == ["offer A", "start A", "stop A"]
        assert visitor.heard[3:] == ["offer B"]

    def test_offer_does_not_hold_up_its_neighbour(self) -> None:
        """Where an offer and a narration are to be had, the narration starts and the offer waits."""
        hall = told(floor_plan("A A A", ". B .", cell=3.0, B={"mode": "offer"}), seconds=20)
        visitor = Visitor(hall, x=4.5, y=1.5).stands(30)

        assert visitor.heard == ["start A", "stop A", "offer B"]

    def test_offer_of_what_is_gone(self) -> None:
        """An offer taken after its narration has vanished from the programme starts nothing."""
        visitor = Visitor(OFFERS, x=2.5, y=2.5).stands(5)
        visitor.hall = visitor.hall.for_visit({"A": Gap()})
        visitor.presses("play")

        assert (visitor.playing, visitor.offer) == (None, None)
        assert visitor.said == ("none", "gap_in_language")
