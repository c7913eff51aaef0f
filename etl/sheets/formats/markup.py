"""Markup of an office file's parts, parsed by libxml2: no entity is replaced, nothing is fetched."""

from lxml import etree


def parsed(markup: bytes) -> etree._Element:
    """The root element; comments and processing instructions are left out.

    Raises etree.XMLSyntaxError for what is not well formed, ValueError for a document type.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(markup, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("DTD")
    return root


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace: strict and transitional documents differ in nothing else."""
    return str(element.tag).rpartition("}")[2]
