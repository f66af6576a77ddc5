"""What each language has to say. A text that one of them lacks is a type error."""

from dataclasses import dataclass

from webapp.texts.api import ApiTexts
from webapp.texts.lesson import ArchitectureTexts


@dataclass(frozen=True)
class PageTexts:
    """What stands on the pages."""

    description: str
    needs_javascript: str
    skip: str
    paint_link: str
    architecture_link: str
    theme: str  # read aloud, before the name of the theme
    paint_title: str
    paint_lead: str
    choose: str
    choose_hint: str
    camera: str
    limits: str  # {megabytes}
    examples: str
    example_names: dict[str, str]  # the names of files in assets/examples → what they show
    example_sources: str
    privacy_title: str
    privacy: str
    api_link: str
    photo: str
    painting: str
    stage: str
    compare: str
    hold: str
    zoom: str
    film: str
    photo_frame: str
    numbered_frame: str  # {number}
    paint: str
    cancel: str
    retry: str
    another: str
    dismiss: str
    new: str
    size: str
    sizes: dict[str, str]
    brush: str
    brushes: dict[str, str]
    strength: str
    file_format: str
    download: str
    copy: str
    share: str
    progress: str


@dataclass(frozen=True)
class ScriptTexts:
    """What the pages' scripts say. {names} are filled in there."""

    paint: str
    paint_again: str
    opening: str
    ready: str
    uploading: str
    busy: str  # {seconds}
    too_often: str  # {seconds}
    waiting_next: str
    waiting: str  # {position}
    painting: str  # {number}, {passes}
    receiving: str
    painted: str  # {number}, {passes}, {width}, {height}
    photo_shown: str  # {width}, {height}
    cancelled: str
    copied: str
    not_copied: str
    not_shared: str
    lost: str
    example_lost: str
    too_large: str  # {megabytes}
    compared: str  # {percent}; read aloud
    inside_idle: str
    inside_working: str
    inside_done: str
    inside_maps: str  # {maps}, {width}, {height}
    inside_change: str
    inside_score: str  # {mean}
    theme_system: str
    theme_light: str
    theme_dark: str


@dataclass(frozen=True)
class Sentences:
    """What the server answers to a request that it refuses."""

    empty: str
    damaged: str
    not_a_picture: str
    too_many_pixels: str  # {megapixels}
    too_wide: str  # {pixels}
    too_many_parts: str
    too_many_fields: str
    too_much_memory: str
    not_multipart: str
    no_photo: str
    many_photos: str
    too_large: str
    busy: str  # {seconds}
    too_often: str  # {seconds}
    too_slow: str
    too_long: str
    other_site: str
    bad_request: str
    request_too_large: str
    request_too_slow: str
    requests_too_often: str  # {seconds}
    not_allowed: str
    only_here: str
    not_found: str
    wrong_method: str
    failed: str
    painting_failed: str
    way_home: str


@dataclass(frozen=True)
class Texts:
    """One language: its BCP 47 tag, its own name, and all it says."""

    tag: str
    name: str
    page: PageTexts
    script: ScriptTexts
    sentences: Sentences
    architecture: ArchitectureTexts
    api: ApiTexts
